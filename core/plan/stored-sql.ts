/** What the history in the target keeps of a script: enough to show a later difference, and to know which statements were sent. */
export interface StoredScript {
  readonly text: string;
  /** Files that it reads, by project path. */
  readonly included: readonly { readonly path: string; readonly text: string }[];
  /** Values of the placeholders that it names. */
  readonly values: Readonly<Record<string, string>>;
}

const TAIL = /\n-- srdeploy: the script ends after (\d+) characters; (.*)$/;

/**
 * The text that is kept: the file as written. Where it reads other files or has placeholders, they follow it as comments would, closed by
 * a line that says where the file ends.
 */
export function storedSql({ text, included, values }: StoredScript): string {
  if (included.length === 0 && Object.keys(values).length === 0) return text;
  const lengths = { included: included.map(({ path, text }) => [path, text.length] as const), values };
  const tail = included.map(({ text }) => text).join('');
  return `${text}${tail}\n-- srdeploy: the script ends after ${text.length} characters; ${JSON.stringify(lengths)}`;
}

/** The parts of a text that was kept; a text of an older make is the whole file. */
export function readStoredSql(sql: string): StoredScript {
  const whole: StoredScript = { text: sql, included: [], values: {} };
  const match = TAIL.exec(sql);
  const parts = match ? readTail(match[2] as string) : undefined;
  if (!match || !parts) return whole;
  let at = Number(match[1]);
  const text = sql.slice(0, at);
  const included = parts.included.map(([path, length]) => {
    at += length;
    return { path, text: sql.slice(at - length, at) };
  });
  return at === match.index ? { text, included, values: parts.values } : whole;
}

function readTail(
  json: string,
): { readonly included: readonly (readonly [string, number])[]; readonly values: Record<string, string> } | undefined {
  try {
    const { included, values } = JSON.parse(json);
    return Array.isArray(included) && values && typeof values === 'object' ? { included, values } : undefined;
  } catch {
    return undefined; // The author's own last line happens to begin like ours.
  }
}
