import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A trigger waits for writers, and runs for each of their rows from then on. */
export const createTriggerLocks: DangerRule = {
  code: 'M035',
  id: 'create-trigger-locks',
  severity: 'information',
  category: 'long-lock',
  ...isPostgresql,
  what: 'CREATE TRIGGER needs the table without writers for a moment, and its function runs in every write from then on.',
  safer: 'Run it when there are few long transactions; the lock timeout and retries of the run keep the queue short.',
  find: each('create_trigger', ({ table, trigger }, { isNew }) =>
    isNew(table)
      ? undefined
      : `${trigger} needs ${table} without writers for a moment and runs with every write from then on.`,
  ),
};
