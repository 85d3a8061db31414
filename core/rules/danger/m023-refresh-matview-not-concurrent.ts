import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Nobody can read the view while it is computed. */
export const refreshMatviewNotConcurrent: DangerRule = {
  code: 'M023',
  id: 'refresh-matview-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY locks the view against readers until it is computed.',
  safer: 'REFRESH MATERIALIZED VIEW CONCURRENTLY; the view needs a unique index for that.',
  find: each('refresh_view', ({ view, concurrently }, { isNew }) =>
    concurrently || isNew(view) ? undefined : `Nobody can read ${view} while it is computed anew.`,
  ),
};
