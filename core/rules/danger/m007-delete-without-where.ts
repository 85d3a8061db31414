import { type DangerRule, each } from '../danger-rule.ts';

/** Every row of a table is deleted. */
export const deleteWithoutWhere: DangerRule = {
  code: 'M007',
  id: 'delete-without-where',
  severity: 'warning',
  category: 'data-loss',
  what: 'A DELETE without WHERE removes every row of the table.',
  safer:
    'Say which rows must go with WHERE. Where all must, copy them to a table beside it first and delete in batches.',
  find: each('delete', ({ table, hasWhere }, { isSurelyNew }) =>
    hasWhere || isSurelyNew(table) ? undefined : `Every row of ${table} is deleted: there is no WHERE.`,
  ),
};
