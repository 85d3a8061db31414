import { type DangerRule, each } from '../danger-rule.ts';

/** A whole database goes. */
export const dropDatabase: DangerRule = {
  code: 'M004',
  id: 'drop-database',
  severity: 'error',
  category: 'data-loss',
  what: 'A whole database is dropped.',
  safer: 'Leave this to a person with a backup at hand; it does not belong in a migration.',
  find: each('drop_database', ({ name }) => `The database ${name} is dropped with everything in it.`),
};
