import { type DangerRule, each } from '../danger-rule.ts';

/** A new column that every INSERT must know of. */
export const requiredColumn: DangerRule = {
  code: 'M015',
  id: 'required-column',
  severity: 'error',
  category: 'breaks-running-code',
  dialects: ['postgresql', 'firebird', 'scratchbird'],
  what: 'A NOT NULL column without a default is added: on a table with rows the statement fails, and on an empty one every INSERT of running code does. Firebird takes it, and the rows that are there break their own rule.',
  safer:
    'Add the column without NOT NULL or with a constant default; fill it; set NOT NULL in a later migration, once all code writes it.',
  find: each('add_column', ({ table, column }, { isNew }) => {
    const isGiven = column.default === 'constant' || column.default === 'expression' || column.default === 'volatile';
    if (!column.notNull && !column.primaryKey) return undefined;
    if (isGiven || column.generated !== 'none' || isNew(table)) return undefined;
    return {
      message: `${table} gets the column ${column.name}, which must not be null and has no default: it fails where there are rows, and running INSERTs do not know it.`,
      safer: `ALTER TABLE ${table} ADD COLUMN ${column.name} ${column.type}; without NOT NULL. Fill it in batches, release code that writes it, then set NOT NULL.`,
    };
  }),
};
