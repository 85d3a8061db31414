import type { SqlEffect } from '../../model/sql-effect.ts';
import type { DangerRule } from '../danger-rule.ts';
import { isMysql } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';

/** A change of the schema commits the rows that were changed before it. */
export const implicitCommit: DangerRule = {
  code: 'M050',
  id: 'implicit-commit',
  severity: 'information',
  category: 'not-transactional',
  ...isMysql,
  what: 'A change of the schema commits what stands before it: rows that the file changed first stay although a later statement fails.',
  safer: 'Put the rows and the schema into files of their own.',
  find: (script) => {
    const rows = placed(script).find(
      ({ effect }) => effect.type === 'update' || effect.type === 'delete' || effect.type === 'insert',
    );
    const change = placed(script).find(
      ({ effect, index }) => rows !== undefined && index > rows.index && isChange(effect),
    );
    return change
      ? [
          {
            statement: change.statement,
            place: change.effect,
            message: `This commits the rows that line ${rows?.statement.start.line} has changed.`,
          },
        ]
      : [];
  },
};

const isChange = ({ type }: SqlEffect): boolean =>
  /^(create|drop|rename|add|alter|modify|set_not|convert|move)_/.test(type);
