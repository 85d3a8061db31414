import { type DangerRule, each } from '../danger-rule.ts';

/** Nobody has judged this statement. */
export const notClassified: DangerRule = {
  code: 'M091',
  id: 'not-classified',
  severity: 'information',
  category: 'hygiene',
  what: 'A statement could not be read, or runs text that is only known when it runs, such as EXECUTE: no rule has judged it.',
  safer: 'Look at it yourself. Write what it does as plain statements where that is possible.',
  find: each(['unreadable', 'opaque'], (effect) =>
    effect.type === 'unreadable'
      ? `This statement could not be classified: ${effect.message}`
      : `What ${effect.what} runs is only known when it runs; it could not be classified.`,
  ),
};
