import { type DangerRule, each } from '../danger-rule.ts';

/** More rights than anybody asked for. */
export const grantAll: DangerRule = {
  code: 'M071',
  id: 'grant-all',
  severity: 'warning',
  category: 'hygiene',
  what: 'All rights are given, TRUNCATE, TRIGGER and REFERENCES (or DROP) among them.',
  safer: 'Name the rights that are needed, such as SELECT, INSERT, UPDATE.',
  find: each('grant', ({ privileges, on }) => (privileges === 'all' ? `All rights on ${on} are given.` : undefined)),
};
