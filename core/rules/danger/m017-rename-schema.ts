import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A schema that running code uses by its old name. */
export const renameSchema: DangerRule = {
  code: 'M017',
  id: 'rename-schema',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isPostgresql,
  what: 'A schema gets another name: code and search paths that name the old one fail.',
  safer:
    'Make the new schema, move the tables one by one (ALTER TABLE … SET SCHEMA) and leave views of the old names behind until no code uses them.',
  find: each(
    'rename_schema',
    ({ schema, to }) => `The schema ${schema} becomes ${to}; running code that uses the old name fails.`,
  ),
};
