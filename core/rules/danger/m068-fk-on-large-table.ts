import { type DangerRule, each, isMysql } from '../danger-rule.ts';
import { effectsUntil } from '../script-effects.ts';

/** A foreign key on a table with rows copies or locks it. */
export const fkOnLargeTable: DangerRule = {
  code: 'M068',
  id: 'fk-on-large-table',
  severity: 'warning',
  category: 'long-lock',
  ...isMysql,
  what: 'A foreign key on a table with rows copies the table and checks every row while nobody can write to it, unless foreign_key_checks is off.',
  safer:
    'SET SESSION foreign_key_checks = 0 around it makes it quick and leaves the rows unchecked: look for orphans first and after. Else use an online tool.',
  find: each('add_constraint', ({ table, kind, references }, { isNew, script, index }) => {
    if (kind !== 'foreign_key' || isNew(table)) return undefined;
    const isOff = effectsUntil({ script, index }).some(
      (effect) => effect.type === 'set' && effect.name === 'foreign_key_checks' && /^(0|off)$/i.test(effect.value),
    );
    return isOff
      ? undefined
      : `Nobody can write to ${table} while the foreign key to ${references ?? 'the other table'} checks every row.`;
  }),
};
