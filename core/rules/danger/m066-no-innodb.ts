import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** An engine without transactions. */
export const noInnodb: DangerRule = {
  code: 'M066',
  id: 'no-innodb',
  severity: 'warning',
  category: 'not-transactional',
  ...isMysql,
  what: 'A table of another engine than InnoDB has neither transactions nor foreign keys, and may be broken by a crash.',
  safer: 'Use ENGINE=InnoDB, or leave ENGINE out.',
  find: each('create_table', ({ table, engine, temporary }) =>
    engine === undefined || engine === 'innodb' || temporary
      ? undefined
      : `${table} is made with ${engine}, which has no transactions.`,
  ),
};
