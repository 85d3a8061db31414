import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** The numbers run out at two thousand million. */
export const autoIncrementInt: DangerRule = {
  code: 'M067',
  id: 'auto-increment-int',
  severity: 'information',
  category: 'hygiene',
  ...isMysql,
  what: 'An AUTO_INCREMENT column smaller than BIGINT runs out of numbers, and changing it later copies the table.',
  safer: 'Use BIGINT UNSIGNED.',
  find: each(['create_table', 'add_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const small = columns.filter(
      ({ generated, type }) => generated === 'auto-increment' && !/^(bigint|serial)/.test(type),
    );
    return small.length === 0
      ? undefined
      : `${small.map(({ name, type }) => `${name} (${type})`).join(', ')} runs out of numbers.`;
  }),
};
