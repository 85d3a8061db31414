import { type DangerRule, each, isSqlite } from '../danger-rule.ts';
import { isSame, key } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** SQLite refuses to drop a column that something uses. */
export const dropColumnIndexed: DangerRule = {
  code: 'M055',
  id: 'drop-column-indexed',
  severity: 'error',
  category: 'hygiene',
  ...isSqlite,
  what: 'SQLite drops no column that is part of a key or an index: the statement fails.',
  safer: 'Drop the index first; a column of a key needs a rebuild of the table.',
  find: each('drop_column', ({ table, column }, here) => {
    const known = here.script.schema.before(table);
    if (!known) return undefined;
    const dropped = effectsUntil(here).flatMap((effect) => (effect.type === 'drop_index' ? [key(effect.index)] : []));
    const index = known.indexes.find(
      ({ name, columns }) => !dropped.includes(key(name)) && columns.some((one) => isSame(one, column)),
    );
    const isKey =
      known.definition.primaryKey.some((one) => isSame(one, column)) ||
      known.definition.uniques.some((columns) => columns.some((one) => isSame(one, column))) ||
      known.columns.some((one) => isSame(one.name, column) && (one.primaryKey || one.unique));
    if (!index && !isKey) return undefined;
    return `SQLite refuses to drop ${column} of ${table}: it is part of ${index ? `the index ${index.name}` : 'a key'}.`;
  }),
};
