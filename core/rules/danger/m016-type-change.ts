import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { isSafeTypeChange } from '../type-change.ts';

/** A column of another type: values may not fit, and the table is written anew under a lock. */
export const typeChange: DangerRule = {
  code: 'M016',
  id: 'type-change',
  severity: 'warning',
  category: 'rewrite',
  what: 'A column gets another type. Unless the new one only widens the old one in the way its server knows, every row is checked or written anew while nobody can use the table, and values that do not fit fail or are cut.',
  safer:
    'Expand and contract: add a column of the new type, write both, copy the values in batches, switch the readers, drop the old column.',
  find: each(['alter_type', 'modify_column'], (effect, { isNew, script }) => {
    if (isNew(effect.table)) return undefined;
    const column = effect.type === 'alter_type' ? effect.column : effect.column.name;
    const to = effect.type === 'alter_type' ? effect.to : effect.column.type;
    const known = script.schema.before(effect.table)?.columns.find(({ name }) => isSame(name, column))?.type;
    // MODIFY repeats the type even where only something else changes: without the old type there is nothing to compare.
    if (effect.type === 'modify_column' && (known === undefined || known === to)) return undefined;
    const hasUsing = effect.type === 'alter_type' && effect.hasUsing;
    if (!hasUsing && isSafeTypeChange(known, to, script.dialect)) return undefined;
    const from = known === undefined ? '' : ` from ${known}`;
    return `The type of ${column} in ${effect.table} changes${from} to ${to}: unless that only widens it, every row is written anew under a lock, and running code may not expect it.`;
  }),
};
