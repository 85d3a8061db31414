import { type DangerRule, each, isSqlite } from '../danger-rule.ts';

/** Inside a transaction the pragma does nothing. */
export const pragmaForeignKeysInTransaction: DangerRule = {
  code: 'M051',
  id: 'pragma-foreign-keys-in-transaction',
  severity: 'information',
  category: 'hygiene',
  ...isSqlite,
  what: 'PRAGMA foreign_keys does nothing inside a transaction, and a migration runs in one. Tools that do not know this lose the rows of child tables in a rebuild. Here a run switches the keys off before the transaction and checks them before COMMIT.',
  safer: 'Leave the pragma out: the run does what it is meant to do.',
  find: each('pragma', ({ name, value }, { script }) =>
    script.isTransactional && name === 'foreign_keys' && value !== undefined
      ? 'This pragma does nothing inside the transaction; the run switches foreign keys off before it and checks them before COMMIT.'
      : undefined,
  ),
};
