import type { EffectOf, SqlEffect } from '../../model/sql-effect.ts';
import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsOf } from '../script-effects.ts';

/** Deleting a parent reads the whole child table. */
export const fkWithoutIndex: DangerRule = {
  code: 'M076',
  id: 'fk-without-index',
  severity: 'information',
  category: 'hygiene',
  dialects: ['postgresql', 'sqlite'],
  what: 'The columns of a foreign key have no index: deleting or changing a row of the other table reads this one as a whole. MySQL and Firebird make the index by themselves.',
  safer: 'Make an index on the columns of the key, on PostgreSQL with CONCURRENTLY where the table has rows.',
  find: each(['create_table', 'add_column', 'add_constraint'], (effect, { script }) => {
    const columns = keysOf(effect);
    if (columns.length === 0) return undefined;
    const all = [...script.schema.effectsBefore(effect.table), ...effectsOf(script)];
    const bare = columns.filter(
      ([first]) => first !== undefined && !all.some((one) => isIndexed(one, effect.table, first)),
    );
    return bare.length === 0
      ? undefined
      : `The foreign key on ${bare.map((names) => names.join(', ')).join(' and ')} of ${effect.table} has no index.`;
  }),
};

function keysOf(effect: EffectOf<'create_table' | 'add_column' | 'add_constraint'>): readonly (readonly string[])[] {
  if (effect.type === 'add_constraint') return effect.kind === 'foreign_key' ? [effect.columns] : [];
  if (effect.type === 'add_column') return effect.column.references ? [[effect.column.name]] : [];
  return [
    ...effect.foreignKeys.map(({ columns }) => columns),
    ...(effect.columns ?? []).flatMap((column) => (column.references ? [[column.name]] : [])),
  ];
}

function isIndexed(effect: SqlEffect, table: string, column: string): boolean {
  if (!('table' in effect) || !isSame(effect.table, table)) return false;
  const leads = (columns: readonly string[]) => columns[0] !== undefined && isSame(columns[0], column);
  if (effect.type === 'create_index') return leads(effect.columns);
  if (effect.type === 'add_constraint')
    return (effect.kind === 'unique' || effect.kind === 'primary_key') && leads(effect.columns);
  const defined =
    effect.type === 'create_table' ? (effect.columns ?? []) : effect.type === 'add_column' ? [effect.column] : [];
  const isKey = defined.some((one) => isSame(one.name, column) && (one.primaryKey || one.unique));
  return isKey || (effect.type === 'create_table' && (leads(effect.primaryKey) || effect.uniques.some(leads)));
}
