import type { DangerRule } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';

/** Half of the file can stay where the other half failed. */
export const severalDdlOneFile: DangerRule = {
  code: 'M049',
  id: 'several-ddl-one-file',
  severity: 'information',
  category: 'not-transactional',
  dialects: ['mysql', 'firebird'],
  what: 'Several changes of existing tables stand in one file on a server that commits each of them by itself: what was done before a failure stays. The run records each statement and goes on there.',
  safer: 'One change of the schema a file, or several actions in one ALTER TABLE, which succeeds or fails as one.',
  find: (script) => {
    const changes = placed(script).filter(
      ({ effect, index }, at, all) =>
        changing.includes(effect.type) &&
        'table' in effect &&
        !script.schema.isNew(effect.table, index) &&
        all.findIndex((one) => one.index === index && changing.includes(one.effect.type)) === at,
    );
    const second = changes[1];
    if (!second) return [];
    return [
      {
        statement: second.statement,
        message: `This is the second of ${changes.length} changes of the schema in this file; each is committed by itself, and stays when a later one fails.`,
      },
    ];
  },
};

const changing: readonly string[] = [
  'drop_table',
  'rename_table',
  'add_column',
  'drop_column',
  'rename_column',
  'alter_type',
  'modify_column',
  'add_constraint',
  'drop_constraint',
  'create_index',
  'convert_charset',
  'move_table',
  'drop_partition',
];
