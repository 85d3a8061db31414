import type { ColumnDefinition } from '../../model/sql-effect.ts';
import { type DangerRule, each, isMysql } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';

/** MODIFY and CHANGE replace the whole definition: what is not repeated is gone. */
export const modifyDropsAttributes: DangerRule = {
  code: 'M019',
  id: 'modify-drops-attributes',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isMysql,
  what: 'MODIFY and CHANGE replace the whole definition of a column: a NOT NULL, DEFAULT, COMMENT or AUTO_INCREMENT that is not repeated is gone.',
  safer:
    'Repeat the whole definition as SHOW CREATE TABLE prints it and change the one word that is meant. For a default alone use ALTER COLUMN … SET DEFAULT.',
  find: each('modify_column', ({ table, column }, { isNew, script }) => {
    if (isNew(table)) return undefined;
    const known = script.schema.before(table)?.columns.find(({ name }) => isSame(name, column.name));
    const lost = known
      ? lostAttributes(known, column)
      : column.saysNull || column.notNull
        ? []
        : ['NOT NULL, if it has one,'];
    if (lost.length === 0) return undefined;
    return `The definition of ${column.name} in ${table} is replaced and loses ${lost.join(' and ')} because it is not repeated.`;
  }),
};

const lostAttributes = (before: ColumnDefinition, after: ColumnDefinition): string[] => [
  ...(before.notNull && !after.notNull && !after.saysNull ? ['NOT NULL'] : []),
  ...(before.default !== 'none' && after.default === 'none' ? ['DEFAULT'] : []),
  ...(before.generated === 'auto-increment' && after.generated === 'none' ? ['AUTO_INCREMENT'] : []),
  ...(before.hasComment && !after.hasComment ? ['COMMENT'] : []),
];
