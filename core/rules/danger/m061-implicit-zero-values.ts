import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** Rows get a zero or an empty text that nobody asked for. */
export const implicitZeroValues: DangerRule = {
  code: 'M061',
  id: 'implicit-zero-values',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isMysql,
  what: 'A NOT NULL column without a default is added: the rows that are there get 0, an empty text or a zero date, and INSERTs of running code that do not name it fail in strict mode.',
  safer:
    'Add the column nullable or with a default that you mean; fill it; set NOT NULL in a later migration, once all code writes it.',
  find: each('add_column', ({ table, column }, { isNew }) =>
    !column.notNull || column.primaryKey || column.default !== 'none' || column.generated !== 'none' || isNew(table)
      ? undefined
      : `Rows of ${table} get a zero or an empty value in ${column.name}, and running INSERTs that do not name it fail.`,
  ),
};
