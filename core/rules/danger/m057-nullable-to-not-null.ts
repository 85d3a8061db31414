import type { DangerRule } from '../danger-rule.ts';
import { isSqlite } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';

/** Rows with nulls do not fit into the new table. */
export const nullableToNotNull: DangerRule = {
  code: 'M057',
  id: 'nullable-to-not-null',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isSqlite,
  what: 'A rebuild makes a column NOT NULL that could be null before, and copies it as it is: the copy fails where there are nulls, and running code that writes nulls fails from then on.',
  safer: 'Copy COALESCE(column, value) instead of the column, once all code writes it.',
  find: (script) =>
    script.schema.rebuilds.flatMap(({ table, copy, createAt, dropAt }) => {
      const statement = script.statements[createAt];
      const made = statement?.effects.find((effect) => effect.type === 'create_table' && isSame(effect.table, copy));
      const known = script.schema.before(table);
      if (!statement || made?.type !== 'create_table' || !known) return [];
      const copied = script.statements
        .slice(createAt, dropAt)
        .flatMap(({ effects }) => effects)
        .flatMap((effect) => (effect.type === 'insert' && isSame(effect.table, copy) ? [effect] : []));
      const values = copied
        .flatMap((effect) => effect.values ?? [])
        .join('\n')
        .toLowerCase();
      const stricter = (made.columns ?? []).filter(({ name, notNull }) => {
        const before = known.columns.find((column) => isSame(column.name, name));
        const isMended = new RegExp(`\\b(coalesce|ifnull|iif)\\s*\\(\\s*${escaped(name)}\\b|\\bcase\\b`, 'i').test(
          values,
        );
        return notNull && before !== undefined && !before.notNull && !before.primaryKey && !isMended;
      });
      return stricter.length === 0
        ? []
        : [
            {
              statement,
              message: `${stricter.map(({ name }) => name).join(', ')} of ${table} becomes NOT NULL; rows with nulls do not fit into the new table.`,
            },
          ];
    }),
};

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
