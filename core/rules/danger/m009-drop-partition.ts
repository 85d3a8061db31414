import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** A partition goes with its rows. */
export const dropPartition: DangerRule = {
  code: 'M009',
  id: 'drop-partition',
  severity: 'error',
  category: 'data-loss',
  ...isMysql,
  what: 'A partition is dropped or emptied with all its rows.',
  safer:
    'Exchange the partition with an empty table of the same form first (EXCHANGE PARTITION), keep that table, and drop the empty partition.',
  find: each('drop_partition', ({ table, partition }) => `The partition ${partition} of ${table} loses all its rows.`),
};
