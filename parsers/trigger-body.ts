import type { BodyTracker } from './body-tracker.ts';
import { createStatementHead } from './statement-head.ts';

const TRIGGER = /^(?:EXPLAIN (?:QUERY PLAN )?)?CREATE (?:TEMP |TEMPORARY )?TRIGGER$/;

/** SQLite's own rule: a trigger ends with `; END ;`. Names such as `end` or `case` inside do not disturb it. */
export function createTriggerTracker(): BodyTracker {
  const head = createStatementHead(TRIGGER, 6);
  let last = '';
  let lastButOne = '';
  const see = (text: string) => {
    lastButOne = last;
    last = text;
  };
  return {
    word(word) {
      head.word(word);
      see(word);
    },
    other: see,
    holds: () => head.isFound() && !(last === 'END' && lastButOne === ';'),
  };
}
