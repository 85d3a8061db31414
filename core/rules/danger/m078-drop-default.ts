import { type DangerRule, each } from '../danger-rule.ts';

/** INSERTs that relied on the default get null, or fail. */
export const dropDefault: DangerRule = {
  code: 'M078',
  id: 'drop-default',
  severity: 'information',
  category: 'hygiene',
  what: 'A column loses its default: INSERTs of running code that do not name it get null, or fail where it is NOT NULL.',
  safer: 'Release code that always gives the value first.',
  find: each('drop_default', ({ table, column }, { isNew }) =>
    isNew(table)
      ? undefined
      : `${column} of ${table} loses its default; INSERTs that do not name it change what they do.`,
  ),
};
