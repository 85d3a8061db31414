import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Nobody can write while an index is built anew. */
export const reindexNotConcurrent: DangerRule = {
  code: 'M022',
  id: 'reindex-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'REINDEX without CONCURRENTLY locks the table against writers, and its index against readers, until it is built.',
  safer: 'REINDEX INDEX CONCURRENTLY or REINDEX TABLE CONCURRENTLY, in a file of its own.',
  find: each('reindex', ({ name, concurrently }, { isNew }) =>
    concurrently || isNew(name) ? undefined : `Nobody can write while ${name} is indexed anew.`,
  ),
};
