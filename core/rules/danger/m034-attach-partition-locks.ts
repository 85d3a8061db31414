import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** Attaching reads the whole new partition under a lock. */
export const attachPartitionLocks: DangerRule = {
  code: 'M034',
  id: 'attach-partition-locks',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'ATTACH PARTITION reads every row of the partition under a lock, unless a valid check proves that its rows fit.',
  safer:
    'Give the partition a CHECK that says what its bounds say, NOT VALID, validate it, attach, and drop the check.',
  find: each('attach_partition', ({ table, partition }, here) => {
    if (here.isNew(partition)) return undefined;
    const before = [...here.script.schema.effectsBefore(partition), ...effectsUntil(here)];
    const isProven = before.some(
      (effect) => effect.type === 'add_constraint' && effect.kind === 'check' && isSame(effect.table, partition),
    );
    return isProven
      ? undefined
      : `Every row of ${partition} is read while it is attached to ${table}, and nobody can use it meanwhile.`;
  }),
};
