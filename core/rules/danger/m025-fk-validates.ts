import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A foreign key checks every row while writers of two tables wait. */
export const fkValidates: DangerRule = {
  code: 'M025',
  id: 'fk-validates',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'A foreign key without NOT VALID checks every row while nobody can write to either table.',
  safer:
    'Add it NOT VALID, which is quick, and VALIDATE CONSTRAINT in a later file, which lets readers and writers go on.',
  find: each(['add_constraint', 'add_column'], (effect, { isNew }) => {
    if (isNew(effect.table)) return undefined;
    const references =
      effect.type === 'add_column'
        ? effect.column.references?.references
        : effect.kind === 'foreign_key' && !effect.notValid
          ? (effect.references ?? 'another table')
          : undefined;
    if (references === undefined) return undefined;
    const message = `Nobody can write to ${effect.table} or ${references} while the foreign key checks every row.`;
    return {
      message,
      safer: `ALTER TABLE ${effect.table} ADD CONSTRAINT … FOREIGN KEY (…) REFERENCES ${references} NOT VALID; and in a later file ALTER TABLE ${effect.table} VALIDATE CONSTRAINT …;`,
    };
  }),
};
