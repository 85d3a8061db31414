import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';

/** A table goes with all its rows. */
export const dropTable: DangerRule = {
  code: 'M001',
  id: 'drop-table',
  severity: 'error',
  category: 'data-loss',
  what: 'A table is dropped with all its rows, and code that still uses it fails. A table that the same plan makes, or that is rebuilt by copying its rows, is no danger.',
  safer:
    'First release a version that does not use the table. Then rename it, wait until nothing misses it, back it up, and drop it in a later migration.',
  find: each('drop_table', ({ table }, { script, isSurelyNew, index }) => {
    const isRebuilt = script.schema.rebuilds.some(({ dropAt, table: one }) => dropAt === index && isSame(one, table));
    return isSurelyNew(table) || isRebuilt ? undefined : `${table} is dropped with all its rows.`;
  }),
};
