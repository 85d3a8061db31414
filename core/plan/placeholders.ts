/** A text with its placeholders replaced. */
export interface Replaced {
  readonly text: string;
  /** The offset in the text as written of an offset in the replaced one; inside a value it is where its placeholder begins. */
  readonly toSource: (offset: number) => number;
  /** Names that stand in the text and have a value. */
  readonly used: readonly string[];
  /** What stands in the text and cannot be replaced. Offsets into the text as written. */
  readonly problems: readonly { readonly code: string; readonly message: string; readonly offset: number }[];
}

const PLACEHOLDER = /\$\{([^{}\s]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * Replaces every `${name}`, wherever it stands: in names, strings, bodies and comments alike, as plain text and without quotes. A value
 * is not looked at for placeholders of its own.
 */
export function replacePlaceholders(text: string, values: Readonly<Record<string, string>>): Replaced {
  const parts: string[] = [];
  const shifts: { readonly at: number; readonly length: number; readonly source: number; readonly width: number }[] =
    [];
  const used = new Set<string>();
  const problems: Replaced['problems'][number][] = [];
  let from = 0;
  let length = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, name = ''] = match;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      problems.push({ ...refusalOf(whole, name, Object.keys(values)), offset: match.index });
      continue;
    }
    used.add(name);
    parts.push(text.slice(from, match.index), value);
    length += match.index - from;
    shifts.push({ at: length, length: value.length, source: match.index, width: whole.length });
    length += value.length;
    from = match.index + whole.length;
  }
  parts.push(text.slice(from));
  return { text: parts.join(''), toSource: (offset) => sourceOffset(offset, shifts), used: [...used], problems };
}

function sourceOffset(
  offset: number,
  shifts: readonly { readonly at: number; readonly length: number; readonly source: number; readonly width: number }[],
): number {
  const before = shifts.findLast(({ at }) => at <= offset);
  if (!before) return offset;
  if (offset < before.at + before.length) return before.source;
  return before.source + before.width + (offset - before.at - before.length);
}

function refusalOf(whole: string, name: string, known: readonly string[]): { code: string; message: string } {
  if (/^(secret|env):/.test(name)) {
    const message = `${whole} cannot stand in a migration: what a migration says is kept in the target's history, and a secret must not be. Use a variable of the target.`;
    return { code: 'PLACEHOLDER_SECRET', message };
  }
  if (!NAME.test(name)) {
    const message = `${whole} is not the name of a variable. Names begin with a letter or _, followed by letters, digits, _, . or -.`;
    return { code: 'PLACEHOLDER_UNKNOWN', message };
  }
  const have = known.length > 0 ? `It has: ${known.toSorted().join(', ')}.` : 'It has none.';
  const message = `The target has no variable "${name}". ${have} Add it under "variables" of the target in the deploy config.`;
  return { code: 'PLACEHOLDER_UNKNOWN', message };
}
