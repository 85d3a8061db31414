import { parseStmt } from 'sqlite3-parser';
import type { ColumnDefault, ColumnDefinition, CreateTable, ForeignKey, SqlEffect } from '../../core/index.ts';

/** A node of SQLite's parse tree: `type`, fields, and the stretch of text that it was read from. */
interface Node {
  readonly type: string;
  readonly span?: { readonly offset: number; readonly length: number };
  readonly [field: string]: unknown;
}

/** What a statement does, by SQLite's own grammar. */
export function sqliteEffects(text: string): readonly SqlEffect[] {
  try {
    const parsed = parseStmt(text);
    if (parsed.status === 'error')
      return [{ type: 'unreadable', message: parsed.errors[0]?.message ?? 'it is not SQL' }];
    return statementEffects(parsed.root as unknown as Node, text);
  } catch (error) {
    return [
      { type: 'unreadable', message: `the parser gave up (${error instanceof Error ? error.message : String(error)})` },
    ];
  }
}

function statementEffects(node: Node, text: string): readonly SqlEffect[] {
  const table = () => qualifiedName(child(node, 'tblName'));
  switch (node.type) {
    case 'CreateTableStmt':
      return [createTable(node)];
    case 'CreateVirtualTableStmt':
      return [{ ...emptyTable(table()), ifNotExists: node.ifNotExists === true, isVirtual: true }];
    case 'AlterTableStmt':
      return alterTable(node, table());
    case 'DropTableStmt':
      return [{ type: 'drop_table', table: table(), ifExists: node.ifExists === true, cascade: false }];
    case 'DropIndexStmt':
      return [
        {
          type: 'drop_index',
          index: qualifiedName(child(node, 'idxName')),
          concurrently: false,
          ifExists: node.ifExists === true,
        },
      ];
    case 'DropViewStmt':
      return [dropObject('view', child(node, 'viewName'), node)];
    case 'DropTriggerStmt':
      return [dropObject('trigger', child(node, 'triggerName'), node)];
    case 'CreateIndexStmt':
      return [
        {
          type: 'create_index',
          table: nameOf(child(node, 'tblName')),
          index: qualifiedName(child(node, 'idxName')),
          unique: node.unique === true,
          concurrently: false,
          ifNotExists: node.ifNotExists === true,
          columns: children(node, 'columns').map(columnName),
        },
      ];
    case 'CreateViewStmt':
      return [
        {
          type: 'create_view',
          view: qualifiedName(child(node, 'viewName')),
          replace: false,
          materialized: false,
          reads: tablesBelow(child(node, 'select')),
        },
      ];
    case 'CreateTriggerStmt':
      return [{ type: 'create_trigger', table: table(), trigger: qualifiedName(child(node, 'triggerName')) }];
    case 'UpdateStmt':
    case 'DeleteStmt':
      return [{ type: node.type === 'UpdateStmt' ? 'update' : 'delete', table: table(), hasWhere: hasWhere(node) }];
    case 'InsertStmt':
      return [insert(node, table(), text)];
    case 'PragmaStmt':
      return [pragma(node)];
    case 'AttachStmt':
    case 'DetachStmt':
      return [{ type: 'attach', detach: node.type === 'DetachStmt' }];
    case 'VacuumStmt':
      return [{ type: 'vacuum', full: false, name: 'the database' }];
    case 'ReindexStmt':
      return [{ type: 'reindex', name: 'the database', concurrently: false }];
    case 'BeginStmt':
      return [{ type: 'transaction', action: 'begin' }];
    case 'CommitStmt':
      return [{ type: 'transaction', action: 'commit' }];
    case 'RollbackStmt':
      return [{ type: 'transaction', action: 'rollback' }];
    case 'SavepointStmt':
    case 'ReleaseStmt':
      return [{ type: 'transaction', action: 'savepoint' }];
    case 'SelectStmt':
      return [{ type: 'read' }];
    default:
      return [{ type: 'other' }];
  }
}

const emptyTable = (table: string): CreateTable => ({
  type: 'create_table',
  table,
  temporary: false,
  ifNotExists: false,
  columns: undefined,
  primaryKey: [],
  uniques: [],
  foreignKeys: [],
  constraintNames: [],
});

/** The bit that the parser sets for STRICT. */
const STRICT = 0x10000;

function createTable(node: Node): SqlEffect {
  const body = child(node, 'body');
  const made = {
    ...emptyTable(qualifiedName(child(node, 'tblName'))),
    temporary: node.temporary === true,
    ifNotExists: node.ifNotExists === true,
  };
  if (body?.type !== 'ColumnsAndConstraintsCreateTableBody') return made;
  const constraints = children(body, 'constraints').flatMap((one) => child(one, 'constraint') ?? []);
  const keysOf = (type: string) =>
    constraints.filter((one) => one.type === type).map((one) => children(one, 'columns').map(columnName));
  const isStrict = ((typeof body.flags === 'number' ? body.flags : 0) & STRICT) !== 0;
  return {
    ...made,
    columns: children(body, 'columns').map(columnOf),
    primaryKey: keysOf('PrimaryKeyTableConstraint')[0] ?? [],
    uniques: keysOf('UniqueTableConstraint'),
    foreignKeys: constraints
      .filter(({ type }) => type === 'ForeignKeyTableConstraint')
      .map((one) => foreignKeyOf(child(one, 'clause'), children(one, 'columns').map(columnName))),
    constraintNames: [],
    ...(isStrict && { strict: true as const }),
  };
}

function alterTable(node: Node, table: string): readonly SqlEffect[] {
  const body = child(node, 'body');
  switch (body?.type) {
    case 'AddColumnAlterTableBody': {
      const column = child(body, 'column');
      return column ? [{ type: 'add_column', table, column: columnOf(column), ifNotExists: false }] : [];
    }
    case 'DropColumnAlterTableBody':
      return [{ type: 'drop_column', table, column: nameOf(child(body, 'column')), cascade: false, ifExists: false }];
    case 'RenameColumnAlterTableBody':
      return [{ type: 'rename_column', table, column: nameOf(child(body, 'old')), to: nameOf(child(body, 'new')) }];
    case 'RenameToAlterTableBody':
      return [{ type: 'rename_table', table, to: nameOf(child(body, 'name')), object: 'table' }];
    default:
      return [{ type: 'other' }];
  }
}

function columnOf(node: Node): ColumnDefinition {
  const constraints = children(node, 'constraints').flatMap((one) => child(one, 'constraint') ?? []);
  const find = (type: string) => constraints.find((one) => one.type === `${type}ColumnConstraint`);
  const name = nameOf(child(node, 'colName'));
  const notNull = find('NotNull');
  const given = find('Default');
  const generated = find('Generated');
  const reference = child(find('ForeignKey'), 'clause');
  return {
    name,
    type: String(child(node, 'colType')?.name ?? '').toLowerCase(),
    notNull: notNull !== undefined && notNull.nullable !== true,
    default: given ? defaultOf(child(given, 'expr')) : 'none',
    generated: generated
      ? /stored/i.test(String(child(generated, 'typ')?.name ?? ''))
        ? 'stored'
        : 'virtual'
      : 'none',
    primaryKey: find('PrimaryKey') !== undefined,
    unique: find('Unique') !== undefined,
    check: find('Check') !== undefined,
    references: reference ? foreignKeyOf(reference, [name]) : undefined,
  };
}

/** Of an expression in brackets SQLite asks whether it is constant; CURRENT_TIMESTAMP is none for a table with rows. */
function defaultOf(expression: Node | undefined): ColumnDefault {
  if (!expression) return 'none';
  if (expression.type === 'NullLiteral') return 'null';
  if (/^Current(Time|Date|Timestamp)Literal$/.test(expression.type)) return 'expression';
  if (/Literal$/.test(expression.type) || expression.type === 'Id') return 'constant';
  if (expression.type === 'UnaryExpr') return defaultOf(child(expression, 'expr') ?? child(expression, 'operand'));
  if (expression.type !== 'ParenthesizedExpr') return 'expression';
  return children(expression, 'exprs').every((one) => defaultOf(one) === 'constant') ? 'constant' : 'expression';
}

const foreignKeyOf = (clause: Node | undefined, columns: readonly string[]): ForeignKey => ({
  columns,
  references: nameOf(child(clause, 'tblName')),
  onDelete: children(clause, 'args').some((one) => one.type === 'OnDeleteRefArg' && one.action === 'Cascade')
    ? 'cascade'
    : 'other',
});

function insert(node: Node, table: string, text: string): SqlEffect {
  const body = child(node, 'body');
  const query = child(body, 'select');
  const first = child(query, 'select');
  const isQuery = first !== undefined && first.type !== 'SelectValues';
  return {
    type: 'insert',
    table,
    hasColumns: children(node, 'columns').length > 0 || body?.type === 'DefaultValuesInsertBody',
    from: isQuery ? tablesBelow(query) : [],
    ...(isQuery && { values: children(first, 'columns').map((one) => textOf(one, text)) }),
  };
}

function pragma(node: Node): SqlEffect {
  const value = child(child(node, 'body'), 'value');
  const name = child(value, 'name');
  const said = value && (name ? nameOf(name) : String(value.value ?? value.text ?? ''));
  return { type: 'pragma', name: qualifiedName(child(node, 'name')).toLowerCase(), value: said };
}

const dropObject = (object: string, name: Node | undefined, node: Node): SqlEffect => ({
  type: 'drop_object',
  object,
  name: qualifiedName(name),
  cascade: false,
  ifExists: node.ifExists === true,
});

/** `WHERE 1` and `WHERE true` are none. */
function hasWhere(node: Node): boolean {
  const where = child(node, 'whereClause');
  return where !== undefined && !/^(1|true)$/i.test(String(where.value ?? where.name ?? ''));
}

function tablesBelow(node: Node | undefined): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (typeof value === 'object' && value !== null) {
      const one = value as Node;
      if (one.type === 'TableSelectTable') found.add(qualifiedName(child(one, 'tblName')));
      for (const field of Object.values(one)) visit(field);
    }
  };
  visit(node);
  return [...found];
}

const textOf = ({ span }: Node, text: string): string =>
  span ? text.slice(span.offset, span.offset + span.length).trim() : '';

const columnName = (node: Node): string =>
  node.type === 'IndexedColumn' ? nameOf(child(node, 'colName')) : plainColumn(child(node, 'expr'));

/** The column that an expression is; the empty string for any other expression. */
const plainColumn = (expression: Node | undefined): string =>
  expression?.type === 'Id' ? unquoted(String(expression.name)) : nameOf(child(expression, 'name'));

const nameOf = (node: Node | undefined): string => unquoted(String(node?.text ?? ''));

function qualifiedName(node: Node | undefined): string {
  const schema = nameOf(child(node, 'dbName'));
  const name = nameOf(child(node, 'objName'));
  return schema === '' || schema.toLowerCase() === 'main' ? name : `${schema}.${name}`;
}

const unquoted = (name: string): string =>
  /^(".*"|`.*`|\[.*\]|'.*')$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"').replaceAll('``', '`') : name;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const child = (node: Node | undefined, field: string): Node | undefined => {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
};

const children = (node: Node | undefined, field: string): readonly Node[] => {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
};
