import { type DangerRule, each } from '../danger-rule.ts';

/** The table is written anew elsewhere while nobody can use it. */
export const moveTable: DangerRule = {
  code: 'M039',
  id: 'move-table',
  severity: 'warning',
  category: 'rewrite',
  dialects: ['postgresql', 'mysql'],
  what: 'Another tablespace, engine, access method, row format, or LOGGED for UNLOGGED: the whole table is written anew.',
  safer:
    'Make a new table as it should be, copy the rows in batches, and switch over; or do it in a maintenance window.',
  find: each('move_table', ({ table, how }, { isNew }) =>
    isNew(table) ? undefined : `${how} writes ${table} anew while others cannot write to it or use it.`,
  ),
};
