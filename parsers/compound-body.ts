import type { BodyTracker } from './body-tracker.ts';
import { createStatementHead } from './statement-head.ts';

const DEFINER = '(?:DEFINER (?:\\S+ ){0,3})?';
const ROUTINE = new RegExp(
  `^(?:CREATE (?:OR REPLACE )?${DEFINER}(?:AGGREGATE )?(?:PROCEDURE|FUNCTION|TRIGGER|EVENT)|ALTER ${DEFINER}EVENT|BEGIN NOT ATOMIC)$`,
);
/** What a statement of a body stands behind. */
const STATEMENT_AFTER = /^(?:;|THEN|ELSE|DO|LOOP|REPEAT|BEGIN|ATOMIC|:)$/;
/** A body that begins with one of these is one statement, unless the word belongs to the header. */
const SIMPLE = /^(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|SET|CALL|RETURN|WITH|VALUES|DROP|TRUNCATE|SIGNAL|TABLE)$/;
const HEADER_BEFORE_SIMPLE = /^(?:BEFORE|AFTER|OR|RETURNS|CHARACTER|CHARSET)$/;
/** Behind these a word is the name of the routine. */
const NAME_AFTER = /^(?:PROCEDURE|FUNCTION|TRIGGER|EVENT|EXISTS|FOLLOWS|PRECEDES|ON|TO|COLLATE|\.|,|=)$/;
/** Behind these a CASE has no value yet, so that an END is a name. */
const EXPECTS_VALUE = /^(?:WHEN|THEN|ELSE|CASE|AND|OR|NOT|XOR|LIKE|BETWEEN|IN|IS|DIV|MOD|[-+*/%=<>!&|^~,.(]+)$/;

/**
 * MySQL's compound statements without `DELIMITER`. BEGIN and END are no reserved words there, so they count only where a statement may
 * begin or end. A name that is taken for one all the same ends in a problem, not in a statement that is cut in two.
 */
export function createCompoundTracker(): BodyTracker {
  const head = createStatementHead(ROUTINE, 9);
  const open = createOpenParts();
  let isHeader = true;
  /** The body is one statement without a block. */
  let isSimple = false;
  /** In `DECLARE … HANDLER FOR …`, up to its statement. */
  let inHandler = false;
  /** In the condition of `UNTIL … END REPEAT`, the one END without a semicolon before it. */
  let inUntil = false;
  let brackets = 0;
  let last = '';

  const push = (kind: Part) => {
    open.push(kind);
    isHeader = false;
    inHandler = false;
  };
  const mayBegin = (): boolean => {
    if (isHeader) return !isSimple && !NAME_AFTER.test(last);
    if (open.top() !== 'statement') return false;
    return STATEMENT_AFTER.test(last) || (inHandler && last !== 'FOR' && last !== ',');
  };
  const end = () => {
    const isExpression = inUntil || open.top() === 'expression';
    if (isExpression ? EXPECTS_VALUE.test(last) : !/^(?:;|BEGIN|ATOMIC)$/.test(last)) return;
    if (open.top() === 'statement') inUntil = false;
    open.pop();
  };
  const bodyWord = (word: string) => {
    if (word === 'END') end();
    else if (last === 'END' && /^(?:IF|CASE|LOOP|WHILE|REPEAT|FOR)$/.test(word)) return;
    else if (word === 'CASE') push(mayBegin() ? 'statement' : 'expression');
    else if (word === 'WHILE' || word === 'LOOP') push('statement');
    else if ((word === 'BEGIN' || word === 'IF' || word === 'REPEAT') && mayBegin()) push('statement');
    else if (word === 'FOR' && !isHeader && mayBegin()) push('statement');
    else if (word === 'HANDLER') inHandler = true;
    else if (word === 'UNTIL' && last === ';') inUntil = true;
    else if (isHeader && SIMPLE.test(word) && !HEADER_BEFORE_SIMPLE.test(last)) isSimple = true;
  };
  return {
    word(word) {
      if (!head.isFound()) {
        head.word(word);
        if (head.isFound() && word === 'ATOMIC') push('statement');
      } else if (brackets === 0 && last !== '.' && (isHeader || open.top() !== undefined)) bodyWord(word);
      last = word;
    },
    other(text) {
      if (text === '(') brackets += 1;
      if (text === ')') brackets = Math.max(0, brackets - 1);
      if (text === ';') {
        inHandler = false;
        inUntil = false;
        while (open.top() === 'expression') open.pop();
      }
      last = text;
    },
    holds: open.hasStatement,
  };
}

type Part = 'statement' | 'expression';

/** Open statements with semicolons inside, and CASE expressions between them. */
function createOpenParts() {
  const open: Part[] = [];
  let statements = 0;
  return {
    top: () => open.at(-1),
    hasStatement: () => statements > 0,
    push(part: Part) {
      open.push(part);
      if (part === 'statement') statements += 1;
    },
    pop() {
      if (open.pop() === 'statement') statements -= 1;
    },
  };
}
