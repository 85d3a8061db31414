import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A column that the server computes for each row has every row written anew. */
export const serialOrStoredColumnRewrites: DangerRule = {
  code: 'M033',
  id: 'serial-or-stored-column-rewrites',
  severity: 'warning',
  category: 'rewrite',
  ...isPostgresql,
  what: 'A new serial, identity or stored generated column has the whole table written anew while nobody can use it.',
  safer:
    'Add a plain column, fill it in batches, attach the sequence or a trigger for new rows, then set NOT NULL by way of a validated check.',
  find: each('add_column', ({ table, column }, { isNew }) =>
    column.generated === 'none' || column.generated === 'virtual' || isNew(table)
      ? undefined
      : `${column.name} is computed for each row: ${table} is written anew while nobody can use it.`,
  ),
};
