import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Everything that a role owns goes. */
export const dropOwned: DangerRule = {
  code: 'M011',
  id: 'drop-owned',
  severity: 'error',
  category: 'data-loss',
  ...isPostgresql,
  what: 'DROP OWNED drops every object of a role in this database, tables included.',
  safer:
    'Give the objects to another role with REASSIGN OWNED BY old TO new; then DROP OWNED takes only the rights that are left.',
  find: each('drop_owned', ({ role }, { script, index }) => {
    const isReassigned = script.statements.slice(0, index).some(({ keywords }) => keywords[0] === 'REASSIGN');
    return isReassigned ? undefined : `Every object that ${role} owns in this database is dropped.`;
  }),
};
