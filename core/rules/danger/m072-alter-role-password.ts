import { type DangerRule, each } from '../danger-rule.ts';

/** A password stands in the file. */
export const alterRolePassword: DangerRule = {
  code: 'M072',
  id: 'alter-role-password',
  severity: 'error',
  category: 'hygiene',
  what: 'A password is set in a migration: it is in the repository, in the history of the target, and in the logs of its server.',
  safer: 'Set passwords outside of migrations, and change this one.',
  find: each(
    'role_password',
    ({ role }) => `The password of ${role} stands in this file. Change it: it is known from now on.`,
  ),
};
