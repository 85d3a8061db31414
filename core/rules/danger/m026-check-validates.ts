import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A check reads every row while nobody can use the table. */
export const checkValidates: DangerRule = {
  code: 'M026',
  id: 'check-validates',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'A check constraint without NOT VALID reads every row while nobody can use the table.',
  safer:
    'Add it NOT VALID, which is quick, and VALIDATE CONSTRAINT in a later file, which lets readers and writers go on.',
  find: each(['add_constraint', 'add_column'], (effect, { isNew }) => {
    const checks = effect.type === 'add_column' ? effect.column.check : effect.kind === 'check' && !effect.notValid;
    if (!checks || isNew(effect.table)) return undefined;
    return {
      message: `Nobody can use ${effect.table} while the check reads every row.`,
      safer: `ALTER TABLE ${effect.table} ADD CONSTRAINT … CHECK (…) NOT VALID; and in a later file ALTER TABLE ${effect.table} VALIDATE CONSTRAINT …;`,
    };
  }),
};
