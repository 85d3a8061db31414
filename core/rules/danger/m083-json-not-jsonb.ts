import type { EffectOf } from '../../model/sql-effect.ts';
import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** The slower of two. */
export const jsonNotJsonb: DangerRule = {
  code: 'M083',
  id: 'json-not-jsonb',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  what: 'json keeps the text and parses it at every use; it has no equality, so that SELECT DISTINCT and UNION on it fail.',
  safer: 'Use jsonb, unless the very text must be kept.',
  find: each(['create_table', 'add_column'], (effect) =>
    typed(effect, /^json$/, (names) => `${names} is json; jsonb is what is usually meant.`),
  ),
};

function typed(
  effect: EffectOf<'create_table' | 'add_column'>,
  type: RegExp,
  say: (names: string) => string,
): string | undefined {
  const columns = effect.type === 'create_table' ? (effect.columns ?? []) : [effect.column];
  const names = columns.filter((column) => type.test(column.type)).map(({ name }) => name);
  return names.length === 0 ? undefined : say(names.join(', '));
}
