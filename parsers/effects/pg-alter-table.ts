import type { ConstraintKind, EffectPlace, SqlEffect } from '../../core/index.ts';
import { columnOf, foreignKeyOf, typeName } from './pg-columns.ts';
import { fieldsOf, listOf, type PgNode, relationName, stringOf, textOf, unwrap } from './pg-node.ts';

/** What the actions of an ALTER TABLE do; `places` are the stretches of the actions, in their order. */
export function alterTableEffects(statement: PgNode, places: readonly EffectPlace[]): readonly SqlEffect[] {
  const table = relationName(fieldsOf(statement, 'relation'));
  if (statement.objtype !== 'OBJECT_TABLE' && statement.objtype !== 'OBJECT_FOREIGN_TABLE') return [{ type: 'other' }];
  return listOf(statement, 'cmds').flatMap((node, index) => {
    const place = places[index] ?? {};
    return actionEffects(fieldsOf(node, 'AlterTableCmd'), table).map((effect) => ({ ...place, ...effect }));
  });
}

function actionEffects(command: PgNode, table: string): readonly SqlEffect[] {
  const column = textOf(command, 'name');
  const def = fieldsOf(command, 'def');
  const cascade = command.behavior === 'DROP_CASCADE';
  switch (command.subtype) {
    case 'AT_AddColumn':
      return [
        {
          type: 'add_column',
          table,
          column: columnOf(fieldsOf(def, 'ColumnDef')),
          ifNotExists: command.missing_ok === true,
        },
      ];
    case 'AT_DropColumn':
      return [{ type: 'drop_column', table, column, cascade, ifExists: command.missing_ok === true }];
    case 'AT_AlterColumnType': {
      const to = fieldsOf(def, 'ColumnDef');
      const hasUsing =
        to.raw_default !== undefined &&
        !isPlainCast(fieldsOf(to, 'raw_default'), column, typeName(fieldsOf(to, 'typeName')));
      return [{ type: 'alter_type', table, column, to: typeName(fieldsOf(to, 'typeName')), hasUsing }];
    }
    case 'AT_SetNotNull':
      return [{ type: 'set_not_null', table, column }];
    case 'AT_DropNotNull':
      return [{ type: 'drop_not_null', table, column }];
    case 'AT_ColumnDefault':
      return [{ type: command.def === undefined ? 'drop_default' : 'set_default', table, column }];
    case 'AT_AddConstraint':
      return [constraintEffect(fieldsOf(def, 'Constraint'), table)];
    case 'AT_DropConstraint':
      return [{ type: 'drop_constraint', table, name: column, kind: 'unknown' }];
    case 'AT_ValidateConstraint':
      return [{ type: 'validate_constraint', table, name: column }];
    case 'AT_AttachPartition':
    case 'AT_DetachPartition': {
      const partition = fieldsOf(def, 'PartitionCmd');
      const name = relationName(fieldsOf(partition, 'name'));
      return command.subtype === 'AT_AttachPartition'
        ? [{ type: 'attach_partition', table, partition: name }]
        : [{ type: 'detach_partition', table, partition: name, concurrently: partition.concurrent === true }];
    }
    default:
      return [otherAction(String(command.subtype), table)];
  }
}

function otherAction(subtype: string, table: string): SqlEffect {
  const moves: Readonly<Record<string, string>> = {
    AT_SetLogged: 'SET LOGGED',
    AT_SetUnLogged: 'SET UNLOGGED',
    AT_SetTableSpace: 'SET TABLESPACE',
    AT_SetAccessMethod: 'SET ACCESS METHOD',
  };
  const how = moves[subtype];
  if (how !== undefined) return { type: 'move_table', table, how };
  if (/^AT_(Enable|Disable)(Always|Replica)?Trig/.test(subtype))
    return { type: 'switch_trigger', table, enable: subtype.startsWith('AT_Enable') };
  return { type: 'other' };
}

const KINDS: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_PRIMARY: 'primary_key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign_key',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_NOTNULL: 'not_null',
};

/** A table constraint that is added. */
export function constraintEffect(constraint: PgNode, table: string): SqlEffect {
  const kind = KINDS[String(constraint.contype)];
  if (!kind) return { type: 'other' };
  const name = textOf(constraint, 'conname');
  const index = textOf(constraint, 'indexname');
  const proven = kind === 'check' ? columnThatIsNotNull(fieldsOf(constraint, 'raw_expr')) : undefined;
  const key = foreignKeyOf(constraint);
  const columns = kind === 'foreign_key' ? key.columns : listOf(constraint, 'keys').map(stringOf);
  const notValid = constraint.skip_validation === true;
  if (kind === 'not_null' && !notValid) return { type: 'set_not_null', table, column: columns[0] ?? '' };
  return {
    type: 'add_constraint',
    table,
    kind,
    name: name === '' ? undefined : name,
    columns,
    notValid,
    usingIndex: index === '' ? undefined : index,
    references: kind === 'foreign_key' ? key.references : undefined,
    ...(proven !== undefined && { provesNotNull: proven }),
  };
}

/** The column of `column IS NOT NULL`. */
function columnThatIsNotNull(expression: PgNode): string | undefined {
  const [kind, test] = unwrap(expression);
  if (kind !== 'NullTest' || test.nulltesttype !== 'IS_NOT_NULL') return undefined;
  return plainColumn(fieldsOf(test, 'arg'));
}

/** The column of a reference to nothing but a column. */
export function plainColumn(expression: PgNode): string | undefined {
  const [kind, reference] = unwrap(expression);
  const name = listOf(reference, 'fields').map(stringOf).at(-1);
  return kind === 'ColumnRef' && name !== '' ? name : undefined;
}

/** `USING column::type` says what the server does anyway. */
function isPlainCast(expression: PgNode, column: string, type: string): boolean {
  const [kind, cast] = unwrap(expression);
  if (kind !== 'TypeCast') return false;
  return plainColumn(fieldsOf(cast, 'arg')) === column && typeName(fieldsOf(cast, 'typeName')) === type;
}
