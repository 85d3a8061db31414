import type { EffectPlace, SqlEffect } from '../../core/index.ts';
import { alterTableEffects } from './pg-alter-table.ts';
import { columnOf, foreignKeyOf } from './pg-columns.ts';
import { dropEffects, renameEffects } from './pg-drop-and-rename.ts';
import { fieldsOf, listOf, nameOf, numberOf, type PgNode, relationName, stringOf, textOf, unwrap } from './pg-node.ts';

/** What a statement does. `actions`: the stretches of the actions of an ALTER TABLE. */
export function pgStatementEffects(
  kind: string,
  node: PgNode,
  actions: () => readonly EffectPlace[],
): readonly SqlEffect[] {
  const relation = () => relationName(fieldsOf(node, 'relation'));
  switch (kind) {
    case 'AlterTableStmt':
      return alterTableEffects(node, actions());
    case 'CreateStmt':
      return [createTable(node)];
    case 'CreateTableAsStmt':
      return [createTableAs(node)];
    case 'DropStmt':
      return dropEffects(node);
    case 'RenameStmt':
      return renameEffects(node);
    case 'IndexStmt':
      return [createIndex(node)];
    case 'TruncateStmt': {
      const tables = listOf(node, 'relations').map((one) => relationName(fieldsOf(one, 'RangeVar')));
      return [{ type: 'truncate', tables, cascade: node.behavior === 'DROP_CASCADE' }];
    }
    case 'DeleteStmt':
    case 'UpdateStmt':
      return [
        ...writesInWith(node),
        { type: kind === 'DeleteStmt' ? 'delete' : 'update', table: relation(), hasWhere: hasWhere(node) },
      ];
    case 'InsertStmt':
      return [...writesInWith(node), insert(node)];
    case 'MergeStmt':
      return [{ type: 'merge', table: relation() }];
    case 'SelectStmt':
      return select(node);
    case 'CopyStmt':
      return node.is_from === true ? [{ type: 'copy', table: relation() }] : [{ type: 'read' }];
    case 'ViewStmt':
      return [
        {
          type: 'create_view',
          view: relationName(fieldsOf(node, 'view')),
          replace: node.replace === true,
          materialized: false,
          reads: relationsBelow(fieldsOf(node, 'query')),
        },
      ];
    case 'RefreshMatViewStmt':
      return [{ type: 'refresh_view', view: relation(), concurrently: node.concurrent === true }];
    case 'ReindexStmt':
      return [
        {
          type: 'reindex',
          name: relation() || textOf(node, 'name') || 'the database',
          concurrently: hasOption(node, 'params', 'concurrently'),
        },
      ];
    case 'VacuumStmt':
      if (node.is_vacuumcmd !== true) return [{ type: 'read' }];
      return [
        {
          type: 'vacuum',
          full: hasOption(node, 'options', 'full'),
          name:
            relationName(fieldsOf(fieldsOf(listOf(node, 'rels')[0] ?? {}, 'VacuumRelation'), 'relation')) ||
            'every table',
        },
      ];
    case 'ClusterStmt':
      return [{ type: 'cluster', table: relation() || 'every clustered table' }];
    case 'CreateTrigStmt':
      return [{ type: 'create_trigger', table: relation(), trigger: textOf(node, 'trigname') }];
    case 'CreateFunctionStmt':
      return [createFunction(node)];
    case 'CreateEnumStmt':
      return [{ type: 'create_enum', name: nameOf(listOf(node, 'typeName').map(stringOf)) }];
    case 'AlterEnumStmt':
      return [alterEnum(node)];
    case 'CreateSchemaStmt':
      return [{ type: 'create_schema', schema: textOf(node, 'schemaname') }];
    case 'DropdbStmt':
      return [{ type: 'drop_database', name: textOf(node, 'dbname'), cascade: true }];
    case 'DropOwnedStmt':
      return [
        {
          type: 'drop_owned',
          role: listOf(node, 'roles')
            .map((role) => textOf(fieldsOf(role, 'RoleSpec'), 'rolename'))
            .join(', '),
        },
      ];
    case 'GrantStmt':
      return node.is_grant === true ? [grant(node)] : [{ type: 'other' }];
    case 'CreateRoleStmt':
    case 'AlterRoleStmt':
      return [rolePassword(node)];
    case 'VariableSetStmt':
      return [variableSet(node)];
    case 'TransactionStmt':
      return [transaction(textOf(node, 'kind'))];
    case 'LockStmt':
      return listOf(node, 'relations').map((one) => ({
        type: 'lock_table' as const,
        table: relationName(fieldsOf(one, 'RangeVar')),
        mode: numberOf(node, 'mode') === 8 ? 'access exclusive' : 'weaker',
      }));
    case 'ExplainStmt':
    case 'VariableShowStmt':
      return [{ type: 'read' }];
    default:
      return [{ type: 'other' }];
  }
}

function createTable(node: PgNode): SqlEffect {
  const elements = listOf(node, 'tableElts').map(unwrap);
  const constraints = elements.flatMap(([kind, fields]) => (kind === 'Constraint' ? [fields] : []));
  const keysOf = (kind: string) =>
    constraints.filter(({ contype }) => contype === kind).map((one) => listOf(one, 'keys').map(stringOf));
  const isDerived =
    listOf(node, 'inhRelations').length > 0 ||
    elements.some(([kind]) => kind === 'TableLikeClause') ||
    node.ofTypename !== undefined;
  const relation = fieldsOf(node, 'relation');
  return {
    type: 'create_table',
    table: relationName(relation),
    temporary: relation.relpersistence === 't',
    ifNotExists: node.if_not_exists === true,
    columns: isDerived
      ? undefined
      : elements.flatMap(([kind, fields]) => (kind === 'ColumnDef' ? [columnOf(fields)] : [])),
    primaryKey: keysOf('CONSTR_PRIMARY')[0] ?? [],
    uniques: keysOf('CONSTR_UNIQUE'),
    foreignKeys: constraints.filter(({ contype }) => contype === 'CONSTR_FOREIGN').map(foreignKeyOf),
    constraintNames: constraints.map((one) => textOf(one, 'conname')).filter(Boolean),
  };
}

function createTableAs(node: PgNode): SqlEffect {
  const name = relationName(fieldsOf(fieldsOf(node, 'into'), 'rel'));
  if (node.objtype === 'OBJECT_MATVIEW')
    return {
      type: 'create_view',
      view: name,
      replace: false,
      materialized: true,
      reads: relationsBelow(fieldsOf(node, 'query')),
    };
  return {
    type: 'create_table',
    table: name,
    temporary: fieldsOf(fieldsOf(node, 'into'), 'rel').relpersistence === 't',
    ifNotExists: node.if_not_exists === true,
    columns: undefined,
    primaryKey: [],
    uniques: [],
    foreignKeys: [],
    constraintNames: [],
  };
}

function createIndex(node: PgNode): SqlEffect {
  const name = textOf(node, 'idxname');
  return {
    type: 'create_index',
    table: relationName(fieldsOf(node, 'relation')),
    index: name === '' ? undefined : name,
    unique: node.unique === true,
    concurrently: node.concurrent === true,
    ifNotExists: node.if_not_exists === true,
    columns: listOf(node, 'indexParams').map((one) => textOf(fieldsOf(one, 'IndexElem'), 'name')),
  };
}

/** `WHERE true` is none. */
function hasWhere(node: PgNode): boolean {
  const [kind, fields] = unwrap(fieldsOf(node, 'whereClause'));
  if (kind === '') return false;
  return !(kind === 'A_Const' && fieldsOf(fields, 'boolval').boolval === true);
}

function insert(node: PgNode): SqlEffect {
  const query = fieldsOf(fieldsOf(node, 'selectStmt'), 'SelectStmt');
  const isQuery = query.valuesLists === undefined && node.selectStmt !== undefined;
  return {
    type: 'insert',
    table: relationName(fieldsOf(node, 'relation')),
    hasColumns: listOf(node, 'cols').length > 0 || node.selectStmt === undefined,
    from: isQuery ? relationsBelow(query) : [],
  };
}

/** A query writes where a WITH of it does, or a function that it calls is a known setter. */
function select(node: PgNode): readonly SqlEffect[] {
  const writes = writesInWith(node);
  if (node.intoClause !== undefined) {
    const table = relationName(fieldsOf(fieldsOf(node, 'intoClause'), 'rel'));
    const made = {
      temporary: false,
      ifNotExists: false,
      columns: undefined,
      primaryKey: [],
      uniques: [],
      foreignKeys: [],
      constraintNames: [],
    };
    return [...writes, { type: 'create_table', table, ...made }];
  }
  const calls = listOf(node, 'targetList').map((one) =>
    fieldsOf(fieldsOf(fieldsOf(one, 'ResTarget'), 'val'), 'FuncCall'),
  );
  const settings = calls.flatMap((call): SqlEffect[] => {
    if (listOf(call, 'funcname').map(stringOf).at(-1) !== 'set_config') return [];
    const [name, value, isLocal] = listOf(call, 'args').map((one) => fieldsOf(one, 'A_Const'));
    return [
      {
        type: 'set',
        name: textOf(fieldsOf(name ?? {}, 'sval'), 'sval'),
        value: textOf(fieldsOf(value ?? {}, 'sval'), 'sval'),
        isLocal: fieldsOf(isLocal ?? {}, 'boolval').boolval === true,
      },
    ];
  });
  return writes.length + settings.length > 0 ? [...writes, ...settings] : [{ type: 'read' }];
}

function writesInWith(node: PgNode): readonly SqlEffect[] {
  return listOf(fieldsOf(node, 'withClause'), 'ctes').flatMap((cte) => {
    const [kind, query] = unwrap(fieldsOf(fieldsOf(cte, 'CommonTableExpr'), 'ctequery'));
    return /^(Insert|Update|Delete|Merge)Stmt$/.test(kind) ? pgStatementEffects(kind, query, () => []) : [];
  });
}

/** Names of all relations anywhere below a node. */
function relationsBelow(node: PgNode): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (typeof value === 'object' && value !== null) {
      const fields = value as PgNode;
      if (typeof fields.relname === 'string') found.add(relationName(fields));
      for (const one of Object.values(fields)) visit(one);
    }
  };
  visit(node);
  return [...found];
}

const hasOption = (node: PgNode, list: string, name: string): boolean =>
  listOf(node, list).some((one) => {
    const option = fieldsOf(one, 'DefElem');
    const said =
      stringOf(fieldsOf(option, 'arg')) || String(fieldsOf(fieldsOf(option, 'arg'), 'Boolean').boolval ?? '');
    return option.defname === name && !/^(false|off|0)$/i.test(said);
  });

function createFunction(node: PgNode): SqlEffect {
  const options = listOf(node, 'options').map((one) => fieldsOf(one, 'DefElem'));
  const setting = options
    .filter(({ defname }) => defname === 'set')
    .map((one) => fieldsOf(fieldsOf(one, 'arg'), 'VariableSetStmt'));
  return {
    type: 'create_function',
    name: nameOf(listOf(node, 'funcname').map(stringOf)),
    replace: node.replace === true,
    securityDefiner: options.some(
      (one) => one.defname === 'security' && fieldsOf(fieldsOf(one, 'arg'), 'Boolean').boolval === true,
    ),
    setsSearchPath: setting.some(({ name }) => name === 'search_path'),
  };
}

function alterEnum(node: PgNode): SqlEffect {
  const name = nameOf(listOf(node, 'typeName').map(stringOf));
  const value = textOf(node, 'oldVal');
  return value === ''
    ? { type: 'add_enum_value', name, value: textOf(node, 'newVal'), isPlaced: textOf(node, 'newValNeighbor') !== '' }
    : { type: 'rename_enum_value', name, value, to: textOf(node, 'newVal') };
}

function grant(node: PgNode): SqlEffect {
  const privileges = listOf(node, 'privileges').map((one) => textOf(fieldsOf(one, 'AccessPriv'), 'priv_name'));
  const objects = listOf(node, 'objects').map((one) => {
    const [kind, fields] = unwrap(one);
    if (kind === 'RangeVar') return relationName(fields);
    if (kind === 'ObjectWithArgs') return nameOf(listOf(fields, 'objname').map(stringOf));
    return kind === 'List' ? nameOf(listOf(fields, 'items').map(stringOf)) : stringOf(one);
  });
  return {
    type: 'grant',
    privileges: privileges.length === 0 ? 'all' : privileges,
    toPublic: listOf(node, 'grantees').some((one) => fieldsOf(one, 'RoleSpec').roletype === 'ROLESPEC_PUBLIC'),
    on: objects.filter(Boolean).join(', ') || 'the database',
  };
}

function rolePassword(node: PgNode): SqlEffect {
  const password = listOf(node, 'options')
    .map((one) => fieldsOf(one, 'DefElem'))
    .find(({ defname }) => defname === 'password');
  const isGiven = password !== undefined && stringOf(fieldsOf(password, 'arg')) !== '';
  const role = textOf(fieldsOf(node, 'role'), 'rolename') || textOf(node, 'role') || 'the role';
  return isGiven ? { type: 'role_password', role } : { type: 'other' };
}

function variableSet(node: PgNode): SqlEffect {
  const isDefault = node.kind === 'VAR_SET_DEFAULT' || node.kind === 'VAR_RESET' || node.kind === 'VAR_RESET_ALL';
  const [first] = listOf(node, 'args').map((one) => fieldsOf(one, 'A_Const'));
  const value = first
    ? textOf(fieldsOf(first, 'sval'), 'sval') || String(numberOf(fieldsOf(first, 'ival'), 'ival') ?? '')
    : '';
  const isTransaction = node.kind === 'VAR_SET_MULTI' && textOf(node, 'name') === 'TRANSACTION';
  if (isTransaction) return { type: 'other' };
  return {
    type: 'set',
    name: textOf(node, 'name'),
    isLocal: node.is_local === true,
    value: isDefault ? 'default' : value,
  };
}

function transaction(kind: string): SqlEffect {
  if (/BEGIN|START/.test(kind)) return { type: 'transaction', action: 'begin' };
  if (/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(kind)) return { type: 'transaction', action: 'savepoint' };
  return { type: 'transaction', action: /ROLLBACK/.test(kind) ? 'rollback' : 'commit' };
}
