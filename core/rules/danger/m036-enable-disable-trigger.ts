import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Triggers that are off check and record nothing. */
export const enableDisableTrigger: DangerRule = {
  code: 'M036',
  id: 'enable-disable-trigger',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  what: 'A trigger is switched on or off for everybody, not only for this migration; foreign keys are triggers too.',
  safer: 'SET LOCAL session_replication_role = replica switches triggers off for this transaction alone.',
  find: each('switch_trigger', ({ table, enable }, { isNew }) =>
    isNew(table) ? undefined : `Triggers of ${table} are switched ${enable ? 'on' : 'off'} for everybody.`,
  ),
};
