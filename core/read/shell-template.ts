import { changedParameters } from './placeholder-refusals.ts';
import type { PlaceholderUse } from './placeholder-use.ts';
import { secondReaders } from './second-readers.ts';
import type { ShellPlace } from './shell-scan.ts';
import { readShellText } from './shell-text.ts';
import type { ShellCommand, ShellWord } from './shell-words.ts';

/** `$1` of the text is the value for the first use, `$2` that for the second, … */
export interface ShellTemplate {
  readonly type: 'shell';
  readonly text: string;
  readonly uses: readonly PlaceholderUse[];
}

/** A text for the shell with each placeholder replaced by a positional parameter, quoted as its place wants it; or all that forbids it. */
export function shellTemplate(
  source: string,
): ShellTemplate | { readonly type: 'refused'; readonly reasons: readonly string[] } {
  const { places, commands, problems } = readShellText(source);
  const changing = places.length > 0 ? commands.flatMap((command) => parameterChange(command) ?? []) : [];
  const reasons = [...problems, ...[...new Set(changing)].map(changedParameters)];
  if (reasons.length > 0) return { type: 'refused', reasons };
  const readers = secondReaders(commands);
  const uses: PlaceholderUse[] = [];
  const pieces = places.map((place, index) => {
    const position = positionOf({ name: place.name, beginsWord: place.beginsWord, reader: readers.get(index) }, uses);
    return source.slice(places[index - 1]?.end ?? 0, place.at) + spliced(place, position);
  });
  return { type: 'shell', text: pieces.join('') + source.slice(places.at(-1)?.end ?? 0), uses };
}

/** In double quotes as it is, else put into some, single ones interrupted. */
function spliced({ quote }: ShellPlace, position: number): string {
  const parameter = `\${${position}}`;
  if (quote === 'double') return parameter;
  return quote === 'single' ? `'"${parameter}"'` : `"${parameter}"`;
}

/** The number of the positional parameter for a use, shared by those that ask the same of one placeholder's value. */
function positionOf(use: PlaceholderUse, uses: PlaceholderUse[]): number {
  const same = uses.findIndex(
    ({ name, beginsWord, reader }) => name === use.name && beginsWord === use.beginsWord && reader === use.reader,
  );
  return same === -1 ? uses.push(use) : same + 1;
}

/** Words that a command may stand behind. */
const PREFIX = /^(?:if|then|elif|else|while|until|do|time|command|builtin|!|\{|[A-Za-z_]\w*=.*)$/s;

/** `set` and `shift` where they change what `$1` is; `set -eu` does not. */
function parameterChange({ words }: ShellCommand): string | undefined {
  const start = words.findIndex(({ text }) => !PREFIX.test(text));
  const [first, ...rest] = start === -1 ? [] : words.slice(start);
  if (first?.text === 'shift') return 'shift';
  if (first?.text !== 'set') return undefined;
  const isOption = ({ text }: ShellWord, index: number) =>
    /^[-+][A-Za-z]+$/.test(text) || /^[-+][A-Za-z]*o$/.test(rest[index - 1]?.text ?? '');
  return rest.every(isOption) ? undefined : 'set';
}
