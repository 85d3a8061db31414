/** What stands behind a `$`: a name, and whether something is taken, or set, where it has no value. */
const EXPANSION = /\$(?:\{([A-Z_][A-Z0-9_]*)(:?[-=+])?[^}]*\}|([A-Z_][A-Z0-9_]*))/y;

/** Where a text reads a file into itself, or is itself read again, or has text of its own behind it, nobody knows from here what is set. */
const UNCLEAR = /(?:^|[\s;&|(])(?:\.|source|eval)\s|<</;

/**
 * The variables in capital letters that a text for the shell reads and neither sets nor has a stand-in for, each once, in their order. What stands
 * inside of `$(…)` and back quotes is not looked at.
 */
export function shellVariables(text: string): readonly string[] {
  if (UNCLEAR.test(text)) return [];
  const found = new Set<string>();
  let isQuoted = false;
  for (let at = 0; at < text.length; ) {
    const char = text[at];
    if (char === '\\') at += 2;
    else if (char === "'" && !isQuoted) at = behind(text, "'", at + 1);
    else if (char === '`') at = behind(text, '`', at + 1);
    else if (char === '"') [isQuoted, at] = [!isQuoted, at + 1];
    else if (char === '#' && !isQuoted && /^\s?$/.test(text.slice(Math.max(0, at - 1), at)))
      at = behind(text, '\n', at);
    else if (char !== '$') at += 1;
    else if (text[at + 1] === '(') at = behindParenthesis(text, at + 1);
    else {
      EXPANSION.lastIndex = at;
      const match = EXPANSION.exec(text);
      const name = match?.[1] ?? match?.[3];
      if (name !== undefined && match?.[2] === undefined && !setsVariable(text, name)) found.add(name);
      at += match?.[0].length ?? 1;
    }
  }
  return [...found];
}

const behind = (text: string, mark: string, from: number): number => {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + 1;
};

/** Behind the parenthesis that closes the one at an offset; quotes inside of it are not told apart. */
function behindParenthesis(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** True for a text that sets a variable: by an assignment of something else, a loop, `read` or `${NAME:=…}` anywhere in it. What is set in a subshell is not told from the rest. */
export const setsVariable = (text: string, name: string): boolean =>
  new RegExp(
    `(?:^|[\\s;&|(])(?:${name}=(?!"?\\$\\{?${name}\\b)|for\\s+${name}\\b|read\\b[^;&|\\n]*\\s${name}\\b)|\\$\\{${name}:?=`,
  ).test(text);
