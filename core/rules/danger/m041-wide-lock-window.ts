import { type DangerRule, isPostgresql } from '../danger-rule.ts';
import { key } from '../schema-knowledge.ts';
import { placed } from '../script-effects.ts';
import { exclusiveLock } from '../table-locks.ts';

/** Several tables are locked against all others at once. */
export const wideLockWindow: DangerRule = {
  code: 'M041',
  id: 'wide-lock-window',
  severity: 'information',
  category: 'long-lock',
  ...isPostgresql,
  what: 'One transaction takes several existing tables for itself alone: while it waits for the second, nobody can use the first, and two such transactions can block each other.',
  safer: 'Change each table in a file of its own.',
  find: (script) => {
    if (!script.isTransactional) return [];
    const first = new Map<string, number>();
    for (const { effect, index } of placed(script)) {
      const table = exclusiveLock(effect);
      if (table !== undefined && !script.schema.isNew(table, index) && !first.has(key(table)))
        first.set(key(table), index);
    }
    const [, second] = [...first.values()];
    const statement = second === undefined ? undefined : script.statements[second];
    if (!statement) return [];
    return [
      {
        statement,
        message: `This transaction takes ${first.size} tables for itself alone: ${[...first.keys()].join(', ')}.`,
      },
    ];
  },
};
