import type { SqlEffect } from '../../model/sql-effect.ts';
import type { DangerRule } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';

/** A statement that cannot be run again after half of the file. */
export const notIdempotentNontx: DangerRule = {
  code: 'M047',
  id: 'not-idempotent-nontx',
  severity: 'information',
  category: 'not-transactional',
  dialects: ['postgresql', 'sqlite'],
  what: 'In a file that runs statement by statement, a statement without IF [NOT] EXISTS cannot simply be run again. The run records how far it came and goes on there; a person who finishes it by hand has no such record.',
  safer: 'Write IF NOT EXISTS or IF EXISTS where the statement has it.',
  find: (script) =>
    script.isTransactional || script.statements.length < 2
      ? []
      : placed(script).flatMap(({ effect, statement }) =>
          isRepeatable(effect)
            ? []
            : [
                {
                  statement,
                  place: effect,
                  message: `This statement fails when it is run again: it has no ${effect.type.startsWith('drop') ? 'IF EXISTS' : 'IF NOT EXISTS'}.`,
                },
              ],
        ),
};

const isRepeatable = (effect: SqlEffect): boolean =>
  effect.type === 'create_table' || effect.type === 'create_index' || effect.type === 'add_column'
    ? effect.ifNotExists
    : effect.type === 'drop_table' || effect.type === 'drop_index' || effect.type === 'drop_column'
      ? effect.ifExists
      : true;
