/**
 * A command as it is started: a program with its arguments, or a line for the shell, whose `$1`, `$2`, … are `positional`. Values are never
 * pasted into the text. Spec: rulings, "Commands and placeholders".
 */
export type CommandLine =
  | { readonly type: 'argv'; readonly argv: readonly string[] }
  | {
      readonly type: 'shell';
      readonly text: string;
      readonly positional?: readonly string[];
      /** What the engine has the shell do before the text; absent: nothing. */
      readonly prelude?: string;
    };

/** A command as people read it, and could type it: words of a list are quoted where a shell would take them apart. */
export function commandText(command: CommandLine): string {
  if (command.type === 'argv') return command.argv.map(quoted).join(' ');
  const values = (command.positional ?? []).map((value, i) => `$${i + 1}=${quoted(value)}`);
  return values.length === 0 ? command.text : `${command.text}   (${values.join(' ')})`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
