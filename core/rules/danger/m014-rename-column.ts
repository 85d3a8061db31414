import { type DangerRule, each } from '../danger-rule.ts';

/** A column that running code uses by its old name. */
export const renameColumn: DangerRule = {
  code: 'M014',
  id: 'rename-column',
  severity: 'warning',
  category: 'breaks-running-code',
  what: 'A column gets another name: every running version of the code that uses the old one fails from that moment.',
  safer:
    'Expand and contract: add the new column, write both, copy the values in batches, read the new one, stop writing the old one, drop it.',
  find: each('rename_column', ({ table, column, to }, { isNew }) =>
    isNew(table)
      ? undefined
      : {
          message: `The column ${column} of ${table} becomes ${to}; running code that uses the old name fails.`,
          safer: `Expand and contract: (1) add ${to} to ${table}; (2) release code that writes ${column} and ${to}; (3) copy the old values in batches; (4) release code that reads ${to} only; (5) drop ${column}.`,
        },
  ),
};
