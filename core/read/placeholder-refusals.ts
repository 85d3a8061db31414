/** A placeholder, wherever it stands; `${name}` is the shell's own. */
export const placeholderPattern = /(?<!\$)\{([a-z][a-z0-9_]*)\}/g;

/** What to do where no other words of the command would help. */
export const scriptAdvice = 'Put that part into a script of its own, or write the command as a list of words.';

const VARIABLE =
  'Give it to a variable before, as in value={…}; and use "$value" there, or write the command as a list of words.';

interface Stretch {
  /** Offsets. */
  readonly from: number;
  readonly to: number;
  /** What they stand in or behind. */
  readonly where: string;
  readonly instead: string | undefined;
}

/** Why the placeholders in a stretch of a text cannot be filled, one reason for each. */
export function placeholderRefusals(text: string, { from, to, where, instead = VARIABLE }: Stretch): readonly string[] {
  return [...text.slice(from, to).matchAll(placeholderPattern)].map(({ 0: whole, index }) => {
    const advice = instead.replaceAll('{…}', whole);
    return `${shown(whole, from + index)} stands ${where}, where a value cannot be put in safely. ${advice} If it is no placeholder, put a blank behind its {.`;
  });
}

export const escapedPlaceholder = (whole: string, at: number): string =>
  `${shown(whole, at)} stands behind a backslash in double quotes, where that does not make it plain text. Write \\\\${whole} for a backslash and the value, or \\${whole} outside of the quotes for plain text.`;

/** `$1` and its kind, in a command that has placeholders. */
export const ownParameter = (raw: string, at: number): string =>
  `${shown(raw, at)} would be a value of a placeholder, since the shell is given them as $1, $2 and so on. Write the placeholder itself, or \\$ for a plain $.`;

/** `set`, `shift`, in a command that has placeholders. */
export const changedParameters = (word: string): string =>
  `"${word}" in the command would change the values of its placeholders, since the shell is given them as $1, $2 and so on. Put the command into a script of its own.`;

export const neverClosed = (opened: string, at: number): string =>
  `${opened} at character ${at + 1} of the command is never closed. Close it, or write \\ in front of it for a plain character.`;

const shown = (text: string, at: number): string => `${text} at character ${at + 1} of the command`;
