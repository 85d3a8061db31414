/** One command of a text for the shell, up to `;`, `|`, `&`, a parenthesis or a line end; what it is redirected to is left out. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** It reads what the command before it writes. */
  readonly isPiped: boolean;
}

export interface ShellWord {
  /** Quotes removed, expansions as written, placeholders left out. */
  readonly text: string;
  /** It is a word whatever its variables hold. */
  readonly isFirm: boolean;
  /** Indexes of the placeholders in it. */
  readonly places: readonly number[];
}

/** What a word is that stands behind an operator. */
export type WordRole = 'argument' | 'target' | 'here-string';

/** Gathers words and commands while a text is read from left to right. */
export function createShellWords() {
  const commands: ShellCommand[] = [];
  let words: ShellWord[] = [];
  let word: { text: string; isFirm: boolean; hasText: boolean; places: number[] } | undefined;
  let role: WordRole = 'argument';
  let isPiped = false;
  const current = () => {
    word ??= { text: '', isFirm: false, hasText: false, places: [] };
    return word;
  };
  const endWord = (): void => {
    if (!word) return;
    // The target of a redirection is no word that the program sees; a second reader of it would be a file.
    if (role === 'argument') words.push({ text: word.text, isFirm: word.isFirm, places: word.places });
    word = undefined;
    role = 'argument';
  };
  return {
    literal(text: string): void {
      const at = current();
      at.text += text;
      at.isFirm = true;
      at.hasText = true;
    },
    /** An expansion: nobody knows whether it will be empty. */
    variable(text: string): void {
      current().text += text;
    },
    /** Quotes were opened: there is a word, even if nothing is in them. */
    quoted(): void {
      current().isFirm = true;
    },
    place(index: number): void {
      const at = current();
      at.places.push(index);
      at.isFirm = true;
      at.hasText = true;
    },
    endWord,
    /** The next word has this role. */
    expect(next: WordRole): void {
      endWord();
      role = next;
    },
    endCommand(pipes: boolean): void {
      endWord();
      role = 'argument';
      if (words.length > 0) commands.push({ words, isPiped });
      // A line end or a brace behind `|` changes nothing.
      isPiped = pipes || (isPiped && words.length === 0);
      words = [];
    },
    isBetweenWords: (): boolean => word === undefined,
    hasText: (): boolean => word?.hasText === true,
    role: (): WordRole => role,
    commands: (): readonly ShellCommand[] => commands,
  };
}
