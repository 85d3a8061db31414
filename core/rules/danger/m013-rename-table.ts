import { type DangerRule, each } from '../danger-rule.ts';

/** A table or view that running code uses by its old name. */
export const renameTable: DangerRule = {
  code: 'M013',
  id: 'rename-table',
  severity: 'warning',
  category: 'breaks-running-code',
  what: 'A table or view gets another name: every running version of the code that uses the old one fails from that moment.',
  safer:
    'Expand and contract: in the same transaction rename the table and make a view of the old name over it; release code that uses the new name; drop the view later.',
  find: each('rename_table', ({ table, to, object }, { isNew }) =>
    isNew(table)
      ? undefined
      : {
          message: `The ${object} ${table} becomes ${to}; running code that uses the old name fails.`,
          safer: `Keep the old name working: ALTER TABLE ${table} RENAME TO ${to}; CREATE VIEW ${table} AS SELECT * FROM ${to}; in one transaction. Release code that uses ${to}, then drop the view.`,
        },
  ),
};
