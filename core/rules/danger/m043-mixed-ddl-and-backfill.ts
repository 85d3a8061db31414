import type { DangerRule } from '../danger-rule.ts';
import { isPostgresql } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';
import { exclusiveLock } from '../table-locks.ts';

/** Rows are changed while a lock is held that stops everybody. */
export const mixedDdlAndBackfill: DangerRule = {
  code: 'M043',
  id: 'mixed-ddl-and-backfill',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'Rows are changed in the transaction that has locked a table against everybody: the lock is held for as long as the rows take.',
  safer: 'Change the schema in one file and the rows in the next, in batches.',
  find: (script) => {
    if (!script.isTransactional) return [];
    const all = placed(script);
    return all.flatMap(({ effect, statement, index }) => {
      if (effect.type !== 'update' && effect.type !== 'delete' && effect.type !== 'insert' && effect.type !== 'merge')
        return [];
      if (effect.type === 'insert' && effect.from.length === 0) return [];
      const isNewTable = script.schema.isNew(effect.table, index);
      const read = effect.type === 'insert' ? effect.from.filter((table) => !script.schema.isNew(table, index)) : [];
      if (isNewTable && read.length === 0) return [];
      const holder = all.find((one) => {
        const locked = one.index < index ? exclusiveLock(one.effect) : undefined;
        return locked !== undefined && !script.schema.isNew(locked, one.index);
      });
      const table = holder && exclusiveLock(holder.effect);
      if (table === undefined) return [];
      return [
        {
          statement,
          place: effect,
          message: `Nobody can use ${table}, which line ${holder?.statement.start.line} has locked, while rows of ${effect.table} are changed.`,
        },
      ];
    });
  },
};
