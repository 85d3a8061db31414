import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** The table is written anew in the order of an index while nobody can use it. */
export const cluster: DangerRule = {
  code: 'M038',
  id: 'cluster',
  severity: 'warning',
  category: 'rewrite',
  ...isPostgresql,
  what: 'CLUSTER writes the table anew in the order of an index while nobody can use it.',
  safer: 'Use an online tool such as pg_repack, or do it in a maintenance window.',
  find: each('cluster', ({ table }, { isNew }) =>
    isNew(table) ? undefined : `${table} is written anew in the order of an index while nobody can use it.`,
  ),
};
