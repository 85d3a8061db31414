import { type DangerRule, each, isSqlite } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** Dropping the old table deletes the rows of its children. */
export const rebuildDropsChildren: DangerRule = {
  code: 'M052',
  id: 'rebuild-drops-children',
  severity: 'error',
  category: 'data-loss',
  ...isSqlite,
  what: 'A table that others refer to ON DELETE CASCADE is dropped in a file that runs statement by statement, with foreign keys on: the rows of its children go too.',
  safer:
    'Leave "no-transaction" out, so that the run switches foreign keys off and checks them; or write PRAGMA foreign_keys = OFF; before the drop.',
  find: each('drop_table', ({ table }, { script, index }) => {
    if (script.isTransactional) return undefined;
    const isOff = effectsUntil({ script, index }).some(
      ({ type, ...effect }) =>
        type === 'pragma' &&
        'name' in effect &&
        effect.name === 'foreign_keys' &&
        /^(off|0|false|no)$/i.test(String('value' in effect ? effect.value : '')),
    );
    if (isOff) return undefined;
    const children = script.schema
      .tablesBefore()
      .filter(({ definition, columns }) =>
        [...definition.foreignKeys, ...columns.flatMap(({ references }) => references ?? [])].some(
          ({ references, onDelete }) => onDelete === 'cascade' && isSame(references, table),
        ),
      );
    return children.length === 0
      ? undefined
      : `Dropping ${table} deletes the rows of ${children.map(({ table: child }) => child).join(', ')} that refer to it ON DELETE CASCADE.`;
  }),
};
