import type { DangerRule } from '../danger-rule.ts';
import { effectsOf, placed } from '../script-effects.ts';

/** What a rollback script cannot bring back. */
export const irreversibleChange: DangerRule = {
  code: 'M045',
  id: 'irreversible-change',
  severity: 'information',
  category: 'irreversible',
  what: 'A rollback script is there although the migration throws away values that no script can bring back.',
  safer:
    'Copy what goes to a table beside it in the same migration, so that the rollback can put it back; or take a backup step before it.',
  find: (script) => {
    if (script.rollback !== 'present') return [];
    const saved = effectsOf(script).some((effect) => effect.type === 'insert' && effect.from.length > 0);
    const found = placed(script).find(
      ({ effect, index }) =>
        (effect.type === 'drop_column' || effect.type === 'drop_table') && !script.schema.isNew(effect.table, index),
    );
    if (!found || saved) return [];
    return [
      {
        statement: found.statement,
        place: found.effect,
        message: 'The rollback can bring back the form, but not the values that are dropped here.',
      },
    ];
  },
};
