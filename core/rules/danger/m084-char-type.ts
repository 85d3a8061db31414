import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Padded with spaces. */
export const charType: DangerRule = {
  code: 'M084',
  id: 'char-type',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  what: 'char(n) is padded with spaces, which comparisons then ignore; it is neither smaller nor faster.',
  safer: 'Use text, with a CHECK on its length where one matters.',
  find: each(['create_table', 'add_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const names = columns.filter(({ type }) => /^(char|bpchar)\((?!1\))/.test(type)).map(({ name }) => name);
    return names.length === 0 ? undefined : `${names.join(', ')} is padded with spaces.`;
  }),
};
