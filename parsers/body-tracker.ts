import type { DialectRules } from './dialect-rules.ts';

/** Knows, word by word, whether a semicolon would end the statement or stands inside a body. A new one for each statement. */
export interface BodyTracker {
  /** A word of the statement, in upper case. */
  word(word: string): void;
  /** A significant token that is not a word; semicolons that did not end the statement included. */
  other(text: string): void;
  /** True while a semicolon is part of the statement. */
  holds(): boolean;
}

export function createBodyTracker(bodies: DialectRules['bodies']): BodyTracker {
  if (bodies === 'trigger') return createTriggerTracker();
  return createBlockTracker(bodies === 'begin-atomic');
}

/** SQLite's own rule: a trigger ends with `; END ;`. Names such as `end` or `case` inside do not disturb it. */
function createTriggerTracker(): BodyTracker {
  const head: string[] = [];
  let isTrigger = false;
  let last = '';
  let lastButOne = '';
  const see = (text: string) => {
    lastButOne = last;
    last = text;
  };
  return {
    word(word) {
      if (head.length < 3) head.push(word);
      isTrigger = /^CREATE (?:TEMP |TEMPORARY )?TRIGGER\b/.test(head.join(' '));
      see(word);
    },
    other: see,
    holds: () => isTrigger && !(last === 'END' && lastButOne === ';'),
  };
}

const ROUTINE = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/;
const COMPOUND =
  /^(?:EXECUTE BLOCK|(?:CREATE|ALTER|RECREATE)\b.*\b(?:PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)\b|DECLARE EXTERNAL FUNCTION)/;

/** Counts BEGIN and CASE against END in routines: `BEGIN ATOMIC` in PostgreSQL, any BEGIN in the others. */
function createBlockTracker(atomic: boolean): BodyTracker {
  const head: string[] = [];
  let isRoutine = false;
  let depth = 0;
  let brackets = 0;
  let last = '';
  const opens = (word: string): boolean =>
    atomic && depth === 0 ? word === 'ATOMIC' && last === 'BEGIN' : word === 'BEGIN' || word === 'CASE';
  const close = (word: string) => {
    // `END IF`, `END LOOP` and their like close what was not counted.
    if (last === 'END' && /^(?:IF|LOOP|WHILE|REPEAT|FOR)$/.test(word)) depth += 1;
    if (word === 'END' && depth > 0) depth -= 1;
  };
  return {
    word(word) {
      if (head.length < 8) {
        head.push(word);
        isRoutine = (atomic ? ROUTINE : COMPOUND).test(head.join(' '));
      }
      if (isRoutine && brackets === 0) {
        if (last !== 'END' && opens(word)) depth += 1;
        else close(word);
      }
      last = word;
    },
    other(text) {
      if (text === '(') brackets += 1;
      if (text === ')') brackets = Math.max(0, brackets - 1);
      last = text;
    },
    holds: () => depth > 0,
  };
}
