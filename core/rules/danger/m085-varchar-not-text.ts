import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A length that is a change of type later. */
export const varcharNotText: DangerRule = {
  code: 'M085',
  id: 'varchar-not-text',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  isOptIn: true,
  what: 'The length of a varchar(n) can only be made smaller by writing or checking the table.',
  safer: 'Use text, with a CHECK on its length where one matters.',
  find: each(['create_table', 'add_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const names = columns.filter(({ type }) => /^varchar\(/.test(type)).map(({ name }) => name);
    return names.length === 0
      ? undefined
      : `${names.join(', ')} is varchar with a length; text with a CHECK is easier to change.`;
  }),
};
