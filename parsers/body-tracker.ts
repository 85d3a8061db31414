/** Knows, word by word, whether a semicolon would end the statement or stands inside a body. A new one for each statement. */
export interface BodyTracker {
  /** A word of the statement, in upper case; empty for one that is too long to matter. */
  word(word: string): void;
  /** A significant token that is not a word, semicolons that did not end the statement included; for quoted text its kind. */
  other(text: string): void;
  /** True while a semicolon is part of the statement. */
  holds(): boolean;
}
