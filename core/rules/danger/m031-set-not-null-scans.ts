import { type DangerRule, each, type Here } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** SET NOT NULL reads every row while nobody can use the table. */
export const setNotNullScans: DangerRule = {
  code: 'M031',
  id: 'set-not-null-scans',
  severity: 'warning',
  category: 'long-lock',
  dialects: ['postgresql', 'firebird'],
  what: 'SET NOT NULL reads every row while nobody can use the table, fails where one is null, and breaks running code that still writes nulls.',
  safer:
    'Release code that always writes the column. Then CHECK (column IS NOT NULL) NOT VALID in one file, VALIDATE CONSTRAINT in the next, SET NOT NULL after it (PostgreSQL 12 and later take the check as proof and read nothing), and drop the check.',
  find: each('set_not_null', ({ table, column }, here) => {
    if (here.isNew(table) || isProven(table, column, here)) return undefined;
    return {
      message: `Every row of ${table} is read for nulls in ${column} while nobody can use the table, and code that writes nulls fails from then on.`,
      safer: `ALTER TABLE ${table} ADD CONSTRAINT c CHECK (${column} IS NOT NULL) NOT VALID; in the next file VALIDATE CONSTRAINT c; in the one after it SET NOT NULL, which then reads nothing, and DROP CONSTRAINT c.`,
    };
  }),
};

/** A valid check says that the column is not null, so that the server need not look; one that the same statement drops proves nothing. */
function isProven(table: string, column: string, here: Here): boolean {
  const before = [...here.script.schema.effectsBefore(table), ...effectsUntil(here)];
  const dropped = [...before, ...here.statement.effects].flatMap((effect) =>
    effect.type === 'drop_constraint' ? [effect.name] : [],
  );
  return before.some(
    (effect) =>
      effect.type === 'add_constraint' &&
      isSame(effect.table, table) &&
      effect.provesNotNull !== undefined &&
      isSame(effect.provesNotNull, column) &&
      !dropped.includes(effect.name ?? '') &&
      (!effect.notValid ||
        before.some((one) => one.type === 'validate_constraint' && isSame(one.name, effect.name ?? ''))),
  );
}
