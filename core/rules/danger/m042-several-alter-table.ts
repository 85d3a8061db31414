import type { DangerRule, ReadStatement } from '../danger-rule.ts';

/** Several ALTER TABLE where one would do. */
export const severalAlterTable: DangerRule = {
  code: 'M042',
  id: 'several-alter-table',
  severity: 'information',
  category: 'hygiene',
  dialects: ['postgresql', 'mysql'],
  what: 'Several ALTER TABLE in a row on one table where one with several actions would do: each waits for its lock, and may write the table, by itself.',
  safer: 'Write the actions into one ALTER TABLE, separated by commas.',
  find: (script) =>
    script.statements.flatMap((statement, index) => {
      const table = alteredTable(statement);
      const before = script.statements[index - 1];
      const earlier = script.statements[index - 2];
      const isSecond =
        table !== undefined &&
        !script.schema.isNew(table, index) &&
        before !== undefined &&
        alteredTable(before) === table &&
        (earlier === undefined || alteredTable(earlier) !== table);
      return isSecond
        ? [
            {
              statement,
              message: `The ALTER TABLE before this one is also on ${table}; one with both actions takes the lock once.`,
            },
          ]
        : [];
    }),
};

/** The table of an ALTER TABLE whose actions can stand beside others. */
function alteredTable({ keywords, effects }: ReadStatement): string | undefined {
  if (keywords[0] !== 'ALTER' || keywords[1] !== 'TABLE') return undefined;
  const tables = effects.map((effect) =>
    joinable.includes(effect.type) && 'table' in effect ? effect.table : undefined,
  );
  return tables.every((table) => table === tables[0]) ? tables[0] : undefined;
}

const joinable: readonly string[] = [
  'add_column',
  'drop_column',
  'alter_type',
  'modify_column',
  'set_not_null',
  'drop_not_null',
  'set_default',
  'drop_default',
];
