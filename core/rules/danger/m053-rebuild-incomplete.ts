import type { DangerRule } from '../danger-rule.ts';
import { isSqlite } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';

/** Indexes and triggers of the old table are not made again. */
export const rebuildIncomplete: DangerRule = {
  code: 'M053',
  id: 'rebuild-incomplete',
  severity: 'warning',
  category: 'data-loss',
  ...isSqlite,
  what: 'A table is rebuilt, and its indexes or triggers, which go with the old table, are not made again.',
  safer: 'After the rename, make every index and trigger of the old table again.',
  find: (script) =>
    script.schema.rebuilds.flatMap(({ table, dropAt, createAt }) => {
      const known = script.schema.before(table);
      const statement = script.statements[dropAt];
      if (!known || !statement) return [];
      const after = script.statements.slice(createAt).flatMap(({ effects }) => effects);
      const gone = [
        ...known.indexes
          .map(({ name }) => name)
          .filter(
            (name) => !after.some((effect) => effect.type === 'create_index' && isSame(effect.index ?? '', name)),
          ),
        ...known.triggers.filter(
          (name) => !after.some((effect) => effect.type === 'create_trigger' && isSame(effect.trigger, name)),
        ),
      ];
      return gone.length === 0
        ? []
        : [{ statement, message: `With the old ${table} go ${gone.join(', ')}, which this file does not make again.` }];
    }),
};
