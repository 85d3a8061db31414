import type { SqlEffect } from '../../model/sql-effect.ts';
import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** A primary key from an index whose columns may be null reads the whole table. */
export const pkUsingNullableIndex: DangerRule = {
  code: 'M030',
  id: 'pk-using-nullable-index',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'PRIMARY KEY USING INDEX on columns that are not NOT NULL yet sets NOT NULL first, which reads every row while nobody can use the table.',
  safer: 'Prove NOT NULL first (CHECK … NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL); then the key is quick.',
  find: each('add_constraint', ({ table, kind, usingIndex }, here) => {
    if (kind !== 'primary_key' || usingIndex === undefined || here.isNew(table)) return undefined;
    const before = [...here.script.schema.effectsBefore(table), ...effectsUntil(here)];
    const index = before.findLast(
      (effect) => effect.type === 'create_index' && effect.index !== undefined && isSame(effect.index, usingIndex),
    );
    if (index?.type !== 'create_index') return undefined; // Its columns are not known: nothing to say.
    const nullable = index.columns.filter((column) => !before.some((effect) => isNotNull(effect, table, column)));
    return nullable.length === 0
      ? undefined
      : `${nullable.join(', ')} of ${table} may be null: every row is read while nobody can use the table.`;
  }),
};

function isNotNull(effect: SqlEffect, table: string, column: string): boolean {
  if (!('table' in effect) || !isSame(effect.table, table)) return false;
  if (effect.type === 'set_not_null') return isSame(effect.column, column);
  const columns =
    effect.type === 'create_table' ? (effect.columns ?? []) : effect.type === 'add_column' ? [effect.column] : [];
  return columns.some(({ name, notNull, generated }) => isSame(name, column) && (notNull || generated !== 'none'));
}
