import { type DangerRule, each } from '../danger-rule.ts';

/** A column goes with all its values. */
export const dropColumn: DangerRule = {
  code: 'M002',
  id: 'drop-column',
  severity: 'warning',
  category: 'data-loss',
  what: 'A column is dropped with all its values, and running code that names it, or that cached a `SELECT *`, fails.',
  safer:
    'Contract in two releases: first a version of the code that neither reads nor writes the column, then, once it runs everywhere, the migration that drops it. Keep a copy of the values if they may be wanted.',
  find: each('drop_column', ({ table, column }, { isSurelyNew }) =>
    isSurelyNew(table) ? undefined : `The column ${column} of ${table} is dropped with all its values.`,
  ),
};
