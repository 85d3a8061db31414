import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** Nobody can use the table while its index is dropped, or while that waits. */
export const dropIndexNotConcurrent: DangerRule = {
  code: 'M021',
  id: 'drop-index-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'DROP INDEX without CONCURRENTLY needs the table for itself alone: it waits for every running query, and all others queue behind it.',
  safer: 'DROP INDEX CONCURRENTLY, in a file of its own.',
  find: each('drop_index', ({ index, concurrently }, here) => {
    const isMadeHere = effectsUntil(here).some(
      (effect) => effect.type === 'create_index' && effect.index !== undefined && isSame(effect.index, index),
    );
    return concurrently || isMadeHere
      ? undefined
      : {
          message: `The table of the index ${index} cannot be used while it is dropped.`,
          safer: `DROP INDEX CONCURRENTLY ${index}; in a file of its own.`,
        };
  }),
};
