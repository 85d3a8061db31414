import { createAtomicTracker } from './atomic-body.ts';
import { createCompoundTracker } from './compound-body.ts';
import type { DialectRules } from './dialect-rules.ts';
import { createPsqlTracker } from './psql-body.ts';
import { createTriggerTracker } from './trigger-body.ts';

/** Knows, word by word, whether a semicolon would end the statement or stands inside a body. A new one for each statement. */
export interface BodyTracker {
  /** A word of the statement, in upper case; empty for one that is too long to matter. */
  word(word: string): void;
  /** A significant token that is not a word, semicolons that did not end the statement included; for quoted text its kind. */
  other(text: string): void;
  /** True while a semicolon is part of the statement. */
  holds(): boolean;
}

export function createBodyTracker(bodies: DialectRules['bodies']): BodyTracker {
  switch (bodies) {
    case 'begin-atomic':
      return createAtomicTracker();
    case 'trigger':
      return createTriggerTracker();
    case 'compound':
      return createCompoundTracker();
    case 'psql':
      return createPsqlTracker();
  }
}
