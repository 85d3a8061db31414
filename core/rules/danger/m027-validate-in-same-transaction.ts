import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** VALIDATE beside its NOT VALID: the lock of the one lasts as long as the check of the other. */
export const validateInSameTransaction: DangerRule = {
  code: 'M027',
  id: 'validate-in-same-transaction',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'A constraint is added NOT VALID and validated in the same transaction: the lock of the first statement is held while the second reads every row.',
  safer: 'Move VALIDATE CONSTRAINT into the next file.',
  find: each('validate_constraint', ({ table, name }, here) => {
    if (!here.script.isTransactional || here.isNew(table)) return undefined;
    const isAddedHere = effectsUntil(here).some(
      (effect) =>
        effect.type === 'add_constraint' &&
        isSame(effect.table, table) &&
        effect.name !== undefined &&
        isSame(effect.name, name),
    );
    return isAddedHere
      ? `${name} was added to ${table} in this transaction: its lock is held while every row is read.`
      : undefined;
  }),
};
