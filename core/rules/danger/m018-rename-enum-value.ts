import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A value of an enumeration that running code compares with. */
export const renameEnumValue: DangerRule = {
  code: 'M018',
  id: 'rename-enum-value',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isPostgresql,
  what: 'A value of an enumeration gets another name: running code that writes or compares with the old one fails.',
  safer:
    'Add the new value beside the old one, release code that knows both, change the rows in batches, and leave the old value unused.',
  find: each(
    'rename_enum_value',
    ({ name, value, to }) =>
      `The value '${value}' of ${name} becomes '${to}'; running code that uses the old one fails.`,
  ),
};
