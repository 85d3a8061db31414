/** What stands behind a `$`: a name, and whether something is taken where it has no value. */
const EXPANSION = /\$(?:\{([A-Z_][A-Z0-9_]*)(:?[-=+])?[^}]*\}|([A-Z_][A-Z0-9_]*))/y;

/** The variables in capital letters that a text for the shell reads and neither sets nor has a stand-in for, each once, in their order. */
export function shellVariables(text: string): readonly string[] {
  const found = new Set<string>();
  let isQuoted = false;
  for (let at = 0; at < text.length; ) {
    const char = text[at];
    if (char === '\\') at += 2;
    else if (char === "'" && !isQuoted) at = behind(text, "'", at + 1);
    else if (char === '"') [isQuoted, at] = [!isQuoted, at + 1];
    else if (char === '#' && !isQuoted && /(?:^|\s)$/.test(text.slice(Math.max(0, at - 1), at)))
      at = behind(text, '\n', at);
    else if (char !== '$') at += 1;
    else {
      EXPANSION.lastIndex = at;
      const match = EXPANSION.exec(text);
      const name = match?.[1] ?? match?.[3];
      if (name !== undefined && match?.[2] === undefined && !isSet(text, name)) found.add(name);
      at += match?.[0].length ?? 1;
    }
  }
  return [...found];
}

const behind = (text: string, mark: string, from: number): number => {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + 1;
};

/** By an assignment, a loop or `read` anywhere in the text: what is set in a subshell is not told from the rest. */
const isSet = (text: string, name: string): boolean =>
  new RegExp(`(?:^|[\\s;&|(])(?:${name}=|for\\s+${name}\\b|read\\b[^;&|\\n]*\\s${name}\\b)`).test(text);
