import type { SqlEffect } from '../../model/sql-effect.ts';
import type { DangerRule } from '../danger-rule.ts';

/** One statement keeps the whole file out of a transaction. */
export const severalStatementsWithConcurrently: DangerRule = {
  code: 'M048',
  id: 'several-statements-with-concurrently',
  severity: 'information',
  category: 'not-transactional',
  dialects: ['postgresql', 'sqlite'],
  what: 'A statement that no transaction takes, such as CREATE INDEX CONCURRENTLY or VACUUM, stands in a file with others: the whole file runs statement by statement, and what was done before a failure stays.',
  safer: 'Give that statement a file of its own; the others keep their transaction.',
  find: (script) => {
    if (script.isTransactional || script.asksForNoTransaction || script.statements.length < 2) return [];
    const outside = script.statements.filter(({ effects }) => effects.some(isOutside));
    if (outside.length === 0 || outside.length === script.statements.length) return [];
    return outside.slice(0, 1).map((statement) => ({
      statement,
      message: `Because of this statement all ${script.statements.length} statements of the file run one by one, each for itself.`,
    }));
  },
};

const isOutside = (effect: SqlEffect): boolean =>
  ('concurrently' in effect && effect.concurrently) ||
  effect.type === 'vacuum' ||
  effect.type === 'attach' ||
  effect.type === 'add_enum_value' ||
  effect.type === 'pragma';
