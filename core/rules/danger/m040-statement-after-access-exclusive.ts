import type { DangerRule } from '../danger-rule.ts';
import { isPostgresql } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';
import { exclusiveLock, isSlow } from '../table-locks.ts';

/** Something slow runs while a lock is held that stops everybody. */
export const statementAfterAccessExclusive: DangerRule = {
  code: 'M040',
  id: 'statement-after-access-exclusive',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'A statement takes a table for itself alone, and a slow one runs after it in the same transaction: the lock is held until both are done.',
  safer: 'Move the slow statement into a file of its own, before or after this one.',
  find: (script) => {
    if (!script.isTransactional) return [];
    const effects = placed(script).filter(
      ({ effect, index }) => !('table' in effect) || !script.schema.isNew(effect.table, index),
    );
    return effects.flatMap(({ effect, statement, index }) => {
      const slow = isSlow(effect);
      const holder = effects.find((one) => one.index < index && exclusiveLock(one.effect) !== undefined);
      const table = holder && exclusiveLock(holder.effect);
      if (slow === undefined || table === undefined || script.schema.isNew(table, index)) return [];
      const message = `Nobody can use ${table}, which line ${holder?.statement.start.line} has locked, while ${slow}.`;
      return [{ statement, place: effect, message }];
    });
  },
};
