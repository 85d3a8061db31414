import { placeholderPattern } from './placeholder-refusals.ts';
import type { PlaceholderUse } from './placeholder-use.ts';
import { secondReaders } from './second-readers.ts';
import type { ShellWord } from './shell-words.ts';

/** A list of words, each in pieces of text and placeholders. */
export interface ArgvTemplate {
  readonly type: 'argv';
  readonly words: readonly (readonly (string | PlaceholderUse)[])[];
}

/** A list of words with its placeholders. There are no quotes, so a value may stand anywhere; a shell among the words may still read it. */
export function argvTemplate(source: readonly string[]): ArgvTemplate {
  // Split at a pattern with a group: pieces of odd index are names.
  const split = source.map((word) => word.split(placeholderPattern));
  const count = { seen: 0 };
  const plain = split.map((pieces): ShellWord => {
    const places = namesIn(pieces).map(() => count.seen++);
    return { text: pieces.filter((_piece, index) => index % 2 === 0).join(''), isFirm: true, places };
  });
  const readers = secondReaders([{ words: plain, isPiped: false }]);
  const words = split.map((pieces, word) =>
    pieces.map((piece, index): string | PlaceholderUse => {
      if (index % 2 === 0) return piece;
      const reader = readers.get(plain[word]?.places[(index - 1) / 2] ?? -1);
      return { name: piece, beginsWord: index === 1 && pieces[0] === '', reader };
    }),
  );
  return { type: 'argv', words };
}

const namesIn = (pieces: readonly string[]): readonly string[] => pieces.filter((_piece, index) => index % 2 === 1);
