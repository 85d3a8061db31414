/** What a placeholder's place in a command asks of its value. */
export interface PlaceholderUse {
  readonly name: string;
  /** What begins with `-` would be taken for an option. */
  readonly beginsWord: boolean;
  /** The program that would read the value as part of its own commands. */
  readonly reader: string | undefined;
}

export type PlaceholderValues = Readonly<Record<string, string>>;

/** Placeholders whose values are paths, which stay the same with `./` in front. */
const PATHS = ['file', 'dir'];

/** The value as it is put in at a place, or why it cannot be. */
export function fillUse(
  use: PlaceholderUse,
  values: PlaceholderValues,
): { readonly type: 'value'; readonly value: string } | { readonly type: 'refused'; readonly reason: string } {
  const { name } = use;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined)
    return { type: 'refused', reason: `{${name}} has no value in this command. ${known(values)}` };
  const given = value.startsWith('-') && isGuarded(use) && PATHS.includes(name) ? `./${value}` : value;
  const reason = reasonAgainst(given, use);
  return reason === undefined ? { type: 'value', value: given } : { type: 'refused', reason };
}

const isGuarded = ({ beginsWord, reader }: PlaceholderUse): boolean => beginsWord || reader !== undefined;

function reasonAgainst(value: string, use: PlaceholderUse): string | undefined {
  const { name, reader } = use;
  const shown = `The value ${JSON.stringify(value)} of {${name}}`;
  if (value === '') return `${shown} is empty, so a word of the command would be missing. Take the file out.`;
  if (value.includes('\0')) return `${shown} holds a NUL character, which no program can be given. Rename the file.`;
  if (value.startsWith('-') && isGuarded(use))
    return `${shown} would be read as an option, since it begins with "-". Rename the file, or use {file}, which gets "./" in front.`;
  if (reader === undefined || /^[A-Za-z0-9_@%+=:,./-]+$/.test(value)) return undefined;
  return `${shown} would be read by ${reader} as part of its own commands, where only letters, digits and _ @ % + = : , . / - are safe. Rename the file, or hand the value over beside the text, as in sh -c 'deploy "$1"' sh {${name}}.`;
}

function known(values: PlaceholderValues): string {
  const names = Object.keys(values).toSorted();
  if (names.length > 0)
    return `Use one of ${names.map((name) => `{${name}}`).join(', ')}, or put a blank behind its {.`;
  return 'Take it out, or put a blank behind its { if it is no placeholder.';
}
