import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsOf } from '../script-effects.ts';

/** Rows that cannot be told apart. */
export const noPrimaryKey: DangerRule = {
  code: 'M075',
  id: 'no-primary-key',
  severity: 'warning',
  category: 'hygiene',
  what: 'A table is made without a primary key: rows cannot be told apart, and logical replication and online tools cannot handle it.',
  safer: 'Give it a primary key.',
  find: each('create_table', ({ table, columns, primaryKey, temporary, isVirtual }, { script }) => {
    if (!columns || temporary || isVirtual || primaryKey.length > 0 || columns.some((column) => column.primaryKey))
      return undefined;
    const isKeyed = effectsOf(script).some(
      (effect) => effect.type === 'add_constraint' && effect.kind === 'primary_key' && isSame(effect.table, table),
    );
    return isKeyed ? undefined : `${table} has no primary key.`;
  }),
};
