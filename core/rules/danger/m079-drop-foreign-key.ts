import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsOf } from '../script-effects.ts';

/** Orphans can come into being. */
export const dropForeignKey: DangerRule = {
  code: 'M079',
  id: 'drop-foreign-key',
  severity: 'information',
  category: 'hygiene',
  what: 'A foreign key is dropped: rows without a parent can come into being, and the way back checks every row.',
  safer: 'Make sure that code or another key keeps what the key kept.',
  find: each('drop_constraint', ({ table, kind, name }, { isNew, script }) => {
    const isAddedAgain = effectsOf(script).some(
      (effect) => effect.type === 'add_constraint' && effect.kind === 'foreign_key' && isSame(effect.table, table),
    );
    const isKey = kind === 'foreign_key' || (kind === 'unknown' && /(_fk|_fkey|^fk_)/i.test(name));
    return isKey && !isNew(table) && !isAddedAgain
      ? `The foreign key ${name} of ${table} is dropped; rows without a parent can come into being.`
      : undefined;
  }),
};
