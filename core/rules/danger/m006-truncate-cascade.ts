import { type DangerRule, each } from '../danger-rule.ts';

/** All rows of a table go, and of every table that refers to it. */
export const truncateCascade: DangerRule = {
  code: 'M006',
  id: 'truncate-cascade',
  severity: 'error',
  category: 'data-loss',
  what: 'TRUNCATE … CASCADE empties every table that refers to the named one, and those that refer to them. The statement does not name them.',
  safer: 'Name every table that is to be emptied, without CASCADE: the server then refuses where one was forgotten.',
  find: each('truncate', ({ tables, cascade }) =>
    cascade ? `All rows of ${tables.join(', ')} and of every table that refers to them are removed.` : undefined,
  ),
};
