import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** Every row of a table is changed. */
export const updateWithoutWhere: DangerRule = {
  code: 'M008',
  id: 'update-without-where',
  severity: 'warning',
  category: 'data-loss',
  what: 'An UPDATE without WHERE overwrites a value in every row, and holds the lock on every row until it commits.',
  safer:
    'Say which rows are meant, such as WHERE new_column IS NULL, and fill a large table in batches, each in a transaction of its own, outside the migration that changes the schema.',
  find: each('update', ({ table, hasWhere }, { isSurelyNew, script, index }) => {
    if (hasWhere || isSurelyNew(table)) return undefined;
    const isBackfill = effectsUntil({ script, index }).some(
      (effect) => effect.type === 'add_column' && isSame(effect.table, table),
    );
    // Filling a column that the same file added overwrites nothing; that it takes long is another rule's matter.
    return isBackfill ? undefined : `Every row of ${table} is changed: there is no WHERE.`;
  }),
};
