import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Nobody knows which zone is meant. */
export const timestampWithoutTz: DangerRule = {
  code: 'M086',
  id: 'timestamp-without-tz',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  isOptIn: true,
  what: 'A timestamp without time zone keeps what the clock showed and not when it was.',
  safer: 'Use timestamptz.',
  find: each(['create_table', 'add_column'], (effect) => {
    const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
    const names = columns.filter(({ type }) => /^timestamp(\(\d+\))?$/.test(type)).map(({ name }) => name);
    return names.length === 0 ? undefined : `${names.join(', ')} has no time zone.`;
  }),
};
