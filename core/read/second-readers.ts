import type { ShellCommand, ShellWord } from './shell-words.ts';

/** A program that reads words of its own as commands or code, and which words those are. */
interface Reader {
  readonly names: RegExp;
  /** All words behind its name, or what the option begins with whose text it reads. */
  readonly reads: 'all' | RegExp;
}

const SHELL = /^(?:(?:ba|rba|da|a|k|mk|pdk|z|c|tc|fi)?sh|\$\{?SHELL\}?)$/;
const READERS: readonly Reader[] = [
  { names: /^(?:eval|trap|ssh|rsh|mosh|su|runuser|sg|watch|parallel)$/, reads: 'all' },
  // Some shells compute with what stands in these, and run `$(…)` in it.
  { names: /^(?:\[\[|let|declare|typeset|unset)$/, reads: 'all' },
  { names: SHELL, reads: /^-[A-Za-z]*c|^--command/ },
  { names: /^(?:flock|script|psql|python[\d.]*)$/, reads: /^-[A-Za-z]*c|^--command/ },
  { names: /^(?:perl|ruby|mysql|mariadb)$/, reads: /^-[A-Za-z0-9]*[eE]|^--execute/ },
  { names: /^(?:node|deno|bun)$/, reads: /^-[A-Za-z]*[ep]|^--eval|^--print/ },
  { names: /^php[\d.]*$/, reads: /^-[A-Za-z]*r|^--run/ },
  { names: /^(?:pwsh|powershell)(?:\.exe)?$/, reads: /^-[ce]/i },
];

/**
 * The placeholders whose values a second program would read as part of its own commands, with the program's name: quotes of the first shell do
 * not protect them there. What follows the text, as in `sh -c 'deploy "$1"' sh {file}`, is handed over as it is.
 */
export function secondReaders(commands: readonly ShellCommand[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [index, { words, isPiped }] of commands.entries()) {
    for (const [position, word] of words.entries())
      for (const { program, places } of readBy(words, word, position))
        for (const place of places) found.set(place, found.get(place) ?? program);
    const fed = isPiped ? words.map(nameOf).find((name) => SHELL.test(name) || name === 'ssh') : undefined;
    if (fed !== undefined)
      for (const place of printedBy(commands.slice(0, index))) found.set(place, found.get(place) ?? fed);
  }
  return found;
}

interface Read {
  readonly program: string;
  readonly places: readonly number[];
}

function readBy(words: readonly ShellWord[], word: ShellWord, position: number): readonly Read[] {
  const program = nameOf(word);
  const rest = words.slice(position + 1);
  // `rsync -e ssh` names the program for rsync's own use.
  if (words[position - 1]?.text === '-e' && program === 'ssh') return [];
  const unknown = position === 0 && /^\$|^$|[)`]$/.test(program);
  const reader = READERS.find(({ names }) => names.test(unknown ? 'sh' : program));
  if (!reader) return [];
  const read = reader.reads === 'all' ? rest : textsOf(rest, reader.reads);
  return [{ program: program || 'the program', places: read.flatMap(({ places }) => places) }];
}

/** The options that carry a text and the words up to it; an option such as `-o` may take a word of its own before. */
function textsOf(rest: readonly ShellWord[], option: RegExp): readonly ShellWord[] {
  const read: ShellWord[] = [];
  const more = rest.filter(({ text }) => /^[-+][A-Za-z]*[oO]/.test(text)).length;
  let awaited = 0;
  for (const word of rest) {
    const isOption = option.test(word.text);
    if (isOption) awaited = 1 + more;
    else if (awaited === 0) continue;
    else if (word.isFirm && !/^[-+]/.test(word.text)) awaited -= 1;
    read.push(word);
  }
  return read;
}

/** The placeholders that earlier commands print, for a shell that reads its commands from them. */
const printedBy = (commands: readonly ShellCommand[]): readonly number[] =>
  commands
    .filter(({ words }) => words.some((word) => /^(?:echo|printf)$/.test(nameOf(word))))
    .flatMap(({ words }) => words.flatMap(({ places }) => places));

const nameOf = ({ text }: ShellWord): string => text.slice(text.lastIndexOf('/') + 1);
