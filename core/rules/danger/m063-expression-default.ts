import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** Older servers refuse it, and replicas may compute another value. */
export const expressionDefault: DangerRule = {
  code: 'M063',
  id: 'expression-default',
  severity: 'warning',
  category: 'hygiene',
  ...isMysql,
  what: 'A default in parentheses is an expression: MySQL before 8.0.13 and MariaDB before 10.2.1 refuse it, and where its value differs from call to call it cannot be replicated statement by statement.',
  safer: 'Use a literal default, or let the code give the value.',
  find: each(['create_table', 'add_column', 'modify_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const names = columns.filter(({ hasExpressionDefault }) => hasExpressionDefault).map(({ name }) => name);
    return names.length === 0
      ? undefined
      : `The default of ${names.join(', ')} is an expression, which older servers refuse.`;
  }),
};
