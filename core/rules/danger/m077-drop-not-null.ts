import { type DangerRule, each } from '../danger-rule.ts';

/** Running code meets nulls that it does not expect. */
export const dropNotNull: DangerRule = {
  code: 'M077',
  id: 'drop-not-null',
  severity: 'information',
  category: 'hygiene',
  what: 'A column may be null from now on: running code that reads it may not expect that, and the way back reads every row.',
  safer: 'Release code that reads nulls first.',
  find: each('drop_not_null', ({ table, column }, { isNew }) =>
    isNew(table) ? undefined : `${column} of ${table} may be null from now on; running code may not expect that.`,
  ),
};
