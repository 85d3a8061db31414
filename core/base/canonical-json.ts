/** JSON with sorted keys and no white space; `undefined` members are left out. The form that digests are taken over. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  const found = value as Readonly<Record<string, unknown>>;
  let members = '';
  // Plain sorting is by UTF-16 code units.
  for (const key of Object.keys(found).sort()) {
    const member = found[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
