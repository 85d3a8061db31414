import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Nobody can use the partitioned table while a partition is taken off. */
export const detachPartitionNotConcurrent: DangerRule = {
  code: 'M024',
  id: 'detach-partition-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'DETACH PARTITION without CONCURRENTLY needs the whole partitioned table for itself alone.',
  safer: 'ALTER TABLE … DETACH PARTITION … CONCURRENTLY (PostgreSQL 14 and later), in a file of its own.',
  find: each('detach_partition', ({ table, partition, concurrently }, { isNew }) =>
    concurrently || isNew(table) ? undefined : `Nobody can use ${table} while ${partition} is taken off it.`,
  ),
};
