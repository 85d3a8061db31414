import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A unique constraint or primary key builds its index while nobody can use the table. */
export const uniqueConstraintBuildsIndex: DangerRule = {
  code: 'M028',
  id: 'unique-constraint-builds-index',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'A UNIQUE constraint or PRIMARY KEY builds its index while nobody can use the table.',
  safer:
    'CREATE UNIQUE INDEX CONCURRENTLY in one file, then ALTER TABLE … ADD CONSTRAINT … UNIQUE USING INDEX in the next.',
  find: each(['add_constraint', 'add_column'], (effect, { isNew }) => {
    const builds =
      effect.type === 'add_column'
        ? effect.column.unique || effect.column.primaryKey
        : (effect.kind === 'unique' || effect.kind === 'primary_key') && effect.usingIndex === undefined;
    if (!builds || isNew(effect.table)) return undefined;
    const columns = effect.type === 'add_column' ? [effect.column.name] : effect.columns;
    const word = effect.type === 'add_constraint' && effect.kind === 'primary_key' ? 'PRIMARY KEY' : 'UNIQUE';
    return {
      message: `Nobody can use ${effect.table} while the index of the constraint is built.`,
      safer: `CREATE UNIQUE INDEX CONCURRENTLY name ON ${effect.table} (${columns.join(', ')}); in a file of its own, then ALTER TABLE ${effect.table} ADD CONSTRAINT name ${word} USING INDEX name;`,
    };
  }),
};
