import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** The setting stays for the migrations after this one. */
export const setNotLocal: DangerRule = {
  code: 'M081',
  id: 'set-not-local',
  severity: 'warning',
  category: 'hygiene',
  ...isPostgresql,
  what: 'SET without LOCAL lasts as long as the connection, which the migrations after this one use too.',
  safer: 'Write SET LOCAL: it ends with the transaction of this migration.',
  find: each('set', ({ name, isLocal, value }, { script }) =>
    isLocal || !script.isTransactional || value === 'default'
      ? undefined
      : `${name} stays set for the migrations after this one.`,
  ),
};
