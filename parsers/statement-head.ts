/** Watches the first words of a statement for one of the forms that have a body. */
export interface StatementHead {
  /** True once the words so far have had the form. */
  isFound(): boolean;
  word(word: string): void;
}

/** `form` is tried on the words joined by spaces, whenever one is added, up to `most` of them. */
export function createStatementHead(form: RegExp, most: number): StatementHead {
  let words = '';
  let count = 0;
  let found = false;
  return {
    isFound: () => found,
    word(word) {
      if (found || count >= most) return;
      words += count === 0 ? word : ` ${word}`;
      count += 1;
      found = form.test(words);
    },
  };
}
