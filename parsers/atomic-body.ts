import type { BodyTracker } from './body-tracker.ts';
import { createStatementHead } from './statement-head.ts';

const ROUTINE = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)$/;

/**
 * PostgreSQL's `BEGIN ATOMIC … END`. Every statement of the body ends with a semicolon, so only an END behind one, or behind ATOMIC,
 * closes it; the END of a CASE and names such as `AS end` do not.
 */
export function createAtomicTracker(): BodyTracker {
  const head = createStatementHead(ROUTINE, 4);
  let inside = false;
  let brackets = 0;
  let last = '';
  return {
    word(word) {
      if (!head.isFound()) head.word(word);
      else if (brackets === 0) {
        if (!inside) inside = word === 'ATOMIC' && last === 'BEGIN';
        else if (word === 'END' && (last === ';' || last === 'ATOMIC')) inside = false;
      }
      last = word;
    },
    other(text) {
      if (text === '(') brackets += 1;
      if (text === ')') brackets = Math.max(0, brackets - 1);
      last = text;
    },
    holds: () => inside,
  };
}
