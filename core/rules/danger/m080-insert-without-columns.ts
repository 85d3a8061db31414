import { type DangerRule, each } from '../danger-rule.ts';

/** The next column breaks it. */
export const insertWithoutColumns: DangerRule = {
  code: 'M080',
  id: 'insert-without-columns',
  severity: 'information',
  category: 'hygiene',
  isOptIn: true,
  what: 'An INSERT that names no columns breaks, or fills the wrong ones, as soon as the table has another column.',
  safer: 'Name the columns.',
  find: each('insert', ({ table, hasColumns }) =>
    hasColumns ? undefined : `This INSERT into ${table} names no columns.`,
  ),
};
