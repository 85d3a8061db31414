/**
 * A command as it is started: a program with its arguments, or a line for the shell, whose `$1`, `$2`, … are `positional`. Values are never
 * pasted into the text. Spec: rulings, "Commands and placeholders".
 */
export type CommandLine =
  | { readonly type: 'argv'; readonly argv: readonly string[] }
  | { readonly type: 'shell'; readonly text: string; readonly positional?: readonly string[] };

/** A command as people read it, and could type it: words of a list are quoted where a shell would take them apart. */
export const commandText = (command: CommandLine): string =>
  command.type === 'shell' ? command.text : command.argv.map(quoted).join(' ');

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
