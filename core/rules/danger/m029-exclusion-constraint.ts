import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** An exclusion constraint builds its index while nobody can use the table, and there is no other way. */
export const exclusionConstraint: DangerRule = {
  code: 'M029',
  id: 'exclusion-constraint',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'An exclusion constraint builds its index while nobody can use the table; it can be neither NOT VALID nor made from an index that is there.',
  safer:
    'Make a new table with the constraint, copy the rows in batches, and switch over; or add it in a maintenance window.',
  find: each('add_constraint', ({ table, kind }, { isNew }) =>
    kind === 'exclusion' && !isNew(table)
      ? `Nobody can use ${table} while the index of the exclusion constraint is built.`
      : undefined,
  ),
};
