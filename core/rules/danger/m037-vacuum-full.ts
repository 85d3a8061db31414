import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** The table is written anew while nobody can use it. */
export const vacuumFull: DangerRule = {
  code: 'M037',
  id: 'vacuum-full',
  severity: 'warning',
  category: 'rewrite',
  ...isPostgresql,
  what: 'VACUUM FULL writes the table anew while nobody can use it.',
  safer:
    'A plain VACUUM lets everybody go on; to give space back without a lock, use an online tool such as pg_repack.',
  find: each('vacuum', ({ full, name }) => (full ? `${name} is written anew while nobody can use it.` : undefined)),
};
