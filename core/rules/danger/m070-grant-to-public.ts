import { type DangerRule, each } from '../danger-rule.ts';

/** Everybody gets the right. */
export const grantToPublic: DangerRule = {
  code: 'M070',
  id: 'grant-to-public',
  severity: 'warning',
  category: 'hygiene',
  what: 'A right is given to PUBLIC: to every role there is and will be.',
  safer: 'Grant it to a role that stands for the purpose, and make the users members of it.',
  find: each('grant', ({ toPublic, on, privileges }) =>
    toPublic && !(privileges !== 'all' && privileges.every((one) => one === 'usage' || one === 'execute'))
      ? `Everybody gets rights on ${on}.`
      : undefined,
  ),
};
