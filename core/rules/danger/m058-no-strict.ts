import { type DangerRule, each, isSqlite } from '../danger-rule.ts';

/** SQLite keeps text in a column of numbers unless the table is STRICT. */
export const noStrict: DangerRule = {
  code: 'M058',
  id: 'no-strict',
  severity: 'information',
  category: 'hygiene',
  ...isSqlite,
  isOptIn: true,
  what: 'A table without STRICT takes values of any type in any column.',
  safer: 'Write STRICT after the closing bracket (SQLite 3.37 and later).',
  find: each('create_table', ({ table, strict, isVirtual, temporary, columns }) =>
    strict || isVirtual || temporary || !columns ? undefined : `${table} is not STRICT.`,
  ),
};
