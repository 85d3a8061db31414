import type { BodyTracker } from './body-tracker.ts';
import { createStatementHead } from './statement-head.ts';

const ROUTINE =
  /^(?:EXECUTE BLOCK|(?:CREATE|ALTER|RECREATE|CREATE OR ALTER) (?:PROCEDURE|FUNCTION|TRIGGER|PACKAGE|PACKAGE BODY))$/;

/**
 * Firebird's procedural SQL without `SET TERM`: from AS on, declarations that end with semicolons, routines of its own among them, then
 * one BEGIN … END. An external routine has no body.
 */
export function createPsqlTracker(): BodyTracker {
  const head = createStatementHead(ROUTINE, 5);
  let isExternal = false;
  let hasBody = false;
  /** Bodies that are announced and not yet closed: the routine's own, and of routines in its declarations. */
  let announced = 0;
  /** A routine in the declarations whose AS has not come: a semicolon would make it a forward declaration. */
  let inSubHeader = false;
  let begins = 0;
  let cases = 0;
  let brackets = 0;
  let last = '';

  const bodyWord = (word: string) => {
    if (word === 'BEGIN') begins += 1;
    else if (word === 'CASE') cases += 1;
    else if (word === 'END' && cases > 0) cases -= 1;
    else if (word === 'END' && begins > 0) {
      begins -= 1;
      if (begins === 0) announced -= 1;
    } else if (begins === 0 && last === 'DECLARE' && (word === 'PROCEDURE' || word === 'FUNCTION')) {
      announced += 1;
      inSubHeader = true;
    } else if (word === 'AS') inSubHeader = false;
  };
  return {
    word(word) {
      if (!head.isFound()) head.word(word);
      else if (brackets === 0) {
        if (hasBody && announced > 0) bodyWord(word);
        else if (word === 'ENGINE') isExternal = true;
        else if (word === 'AS' && !hasBody && !isExternal) {
          hasBody = true;
          announced = 1;
        }
      }
      last = word;
    },
    other(text) {
      if (text === '(') brackets += 1;
      if (text === ')') brackets = Math.max(0, brackets - 1);
      if (text === ';' && inSubHeader) {
        announced -= 1;
        inSubHeader = false;
      }
      last = text;
    },
    holds: () => announced > 0,
  };
}
