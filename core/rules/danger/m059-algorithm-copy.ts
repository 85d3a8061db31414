import type { SqlEffect } from '../../model/sql-effect.ts';
import { type DangerRule, isMysql } from '../danger-rule.ts';

/** The server copies the whole table while nobody can write to it. */
export const algorithmCopy: DangerRule = {
  code: 'M059',
  id: 'algorithm-copy',
  severity: 'warning',
  category: 'rewrite',
  ...isMysql,
  what: 'The server may copy the whole table for this change while nobody can write to it. With ALGORITHM=INSTANT or INPLACE it refuses instead of copying.',
  safer:
    'Add ALGORITHM=INSTANT (or INPLACE, LOCK=NONE): the server then refuses instead of copying. For what cannot be done so, use an online tool such as gh-ost or pt-online-schema-change.',
  find: (script) =>
    script.statements.flatMap((statement, index) => {
      const options = statement.effects.find((effect) => effect.type === 'alter_options');
      const algorithm = options?.type === 'alter_options' ? options.algorithm : undefined;
      if (algorithm !== undefined && algorithm !== 'copy' && algorithm !== 'default') return [];
      return statement.effects.slice(0).flatMap((effect) => {
        const why =
          algorithm === 'copy' && effect.type === 'alter_options' ? 'ALGORITHM=COPY asks for it' : copies(effect);
        if (why === undefined || !('table' in effect) || script.schema.isNew(effect.table, index)) return [];
        return [
          {
            statement,
            place: effect,
            message: `${effect.table} may be copied as a whole while nobody can write to it: ${why}.`,
          },
        ];
      });
    }),
};

function copies(effect: SqlEffect): string | undefined {
  if (effect.type === 'modify_column') return `the definition of ${effect.column.name} is replaced`;
  if (effect.type === 'drop_constraint' && effect.kind === 'primary_key') return 'its primary key goes';
  if (effect.type === 'add_column' && effect.column.generated === 'stored')
    return `${effect.column.name} is stored for each row`;
  return undefined;
}
