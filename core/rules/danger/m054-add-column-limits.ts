import { type DangerRule, each, isSqlite } from '../danger-rule.ts';

/** SQLite refuses such a column. */
export const addColumnLimits: DangerRule = {
  code: 'M054',
  id: 'add-column-limits',
  severity: 'error',
  category: 'hygiene',
  ...isSqlite,
  what: 'SQLite adds no column that is PRIMARY KEY, UNIQUE or STORED, none that is NOT NULL without a default, and none whose default is an expression: the statement fails.',
  safer:
    'Add a nullable column and fill it, or make a unique index for it; else rebuild the table: new table, copy, drop, rename.',
  find: each('add_column', ({ table, column }) => {
    const why =
      column.primaryKey || column.unique
        ? 'it is PRIMARY KEY or UNIQUE'
        : column.generated === 'stored'
          ? 'it is STORED'
          : column.notNull && (column.default === 'none' || column.default === 'null') && column.generated === 'none'
            ? 'it is NOT NULL and has no default'
            : column.default === 'expression' || column.default === 'volatile'
              ? 'its default is an expression'
              : undefined;
    return why === undefined ? undefined : `SQLite refuses to add the column ${column.name} to ${table}: ${why}.`;
  }),
};
