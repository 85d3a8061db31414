import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A default that differs for each row has every row written anew. */
export const volatileDefaultRewrites: DangerRule = {
  code: 'M032',
  id: 'volatile-default-rewrites',
  severity: 'warning',
  category: 'rewrite',
  ...isPostgresql,
  what: 'A new column whose default is another value for each row, such as random() or gen_random_uuid(), has the whole table written anew while nobody can use it.',
  safer: 'Add the column without a default, set the default for rows to come, fill the old rows in batches.',
  find: each('add_column', ({ table, column }, { isNew }) =>
    column.default !== 'volatile' || column.generated !== 'none' || isNew(table)
      ? undefined
      : {
          message: `The default of ${column.name} differs for each row: ${table} is written anew while nobody can use it.`,
          safer: `ALTER TABLE ${table} ADD COLUMN ${column.name} ${column.type}; ALTER TABLE ${table} ALTER COLUMN ${column.name} SET DEFAULT …; then fill the old rows in batches.`,
        },
  ),
};
