import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** The server reads the reference and forgets it. */
export const inlineReferencesIgnored: DangerRule = {
  code: 'M062',
  id: 'inline-references-ignored',
  severity: 'warning',
  category: 'hygiene',
  ...isMysql,
  what: 'MySQL before 9.0 and MariaDB before 10.5 accept REFERENCES in the definition of a column and make no foreign key of it.',
  safer: 'Write FOREIGN KEY (column) REFERENCES … as an element of its own.',
  find: each(['create_table', 'add_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const names = columns.filter(({ references }) => references).map(({ name }) => name);
    return names.length === 0
      ? undefined
      : `REFERENCES in the definition of ${names.join(', ')} makes no foreign key on many servers.`;
  }),
};
