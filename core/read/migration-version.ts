/**
 * The version that a migration file's name begins with: `V0002__add_orders.sql` → `0002`, `V1.2__x.sql` → `1.2`,
 * `20260205120000_x.sql` → `20260205120000`; the whole name without `.sql` where it begins with no number. Spec: rulings, "Migration history".
 */
export function migrationVersion(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return versionNumber(name.replace(/\.sql$/i, '')) ?? name.replace(/\.sql$/i, '');
}

/** The number that a name begins with, `_` between its components read as `.`; undefined where it begins with none. */
export const versionNumber = (name: string): string | undefined =>
  /^[VvRrUu]?(\d+(?:[._]\d+)*)(?=__|[-_.]|$)/.exec(name)?.[1]?.replaceAll('_', '.');

/**
 * Below zero where version `a` comes before `b`, zero where they are the same version: by component, as numbers of any length, so that
 * 10 follows 9, `0002` is 2 and `1.0` is 1.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = compareNumbers(left[i] ?? '0', right[i] ?? '0');
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whole numbers as text: a timestamp has more digits than a number holds exactly in the worst of cases. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** True for text that can be compared as a version: numbers with `.` between them. */
export const isVersion = (text: string): boolean => /^\d+(\.\d+)*$/.test(text);
