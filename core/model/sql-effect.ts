/** Where in its statement an effect is written: UTF-16 offsets, half-open. Absent: the whole statement. */
export interface EffectPlace {
  readonly at?: number;
  readonly end?: number;
}

/** Names of tables, columns and other objects are as written, without quotes; the default schema (`public`, `main`) is left out. */
export type ObjectName = string;

/** What a column's values come from where nobody gives one. `volatile`: another value for each row, such as `random()`. */
export type ColumnDefault = 'none' | 'null' | 'constant' | 'expression' | 'volatile';

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly references: ObjectName;
  readonly onDelete: 'cascade' | 'other';
}

/** A column as a statement defines it. */
export interface ColumnDefinition {
  readonly name: string;
  /** Lower case with its length: `varchar(20)`, `bigint`; the empty string where the dialect lets it out. */
  readonly type: string;
  readonly notNull: boolean;
  /** NULL is written, so that it is meant. */
  readonly saysNull?: true;
  readonly default: ColumnDefault;
  readonly generated: 'none' | 'stored' | 'virtual' | 'identity' | 'serial' | 'auto-increment';
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly check: boolean;
  readonly references: ForeignKey | undefined;
  /** The default in parentheses, where the dialect tells it from a literal. */
  readonly hasExpressionDefault?: true;
  /** A character set of its own, in lower case. */
  readonly charset?: string;
  readonly hasComment?: true;
}

export type ConstraintKind = 'primary_key' | 'unique' | 'foreign_key' | 'check' | 'exclusion' | 'not_null';

export interface CreateTable {
  readonly type: 'create_table';
  readonly table: ObjectName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  /** Undefined: made from a query, another table, or a partition of one, so that its columns are not written here. */
  readonly columns: readonly ColumnDefinition[] | undefined;
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly constraintNames: readonly string[];
  /** SQLite's STRICT. */
  readonly strict?: true;
  readonly isVirtual?: true;
  readonly engine?: string;
  readonly charset?: string;
}

interface OnTable {
  readonly table: ObjectName;
}
interface OnColumn extends OnTable {
  readonly column: string;
}

/** What a statement is, where it does nothing to the schema or the data that a rule looks at. */
type Plain = { readonly type: 'other' | 'read' };

/**
 * What one statement does, in no dialect. A statement may have several; one that could not be read has `unreadable`, and one that runs
 * text which is only known when it runs has `opaque`.
 */
export type SqlEffect = EffectPlace &
  (
    | Plain
    | { readonly type: 'unreadable'; readonly message: string }
    | { readonly type: 'opaque'; readonly what: string }
    | CreateTable
    | ({ readonly type: 'drop_table'; readonly ifExists: boolean; readonly cascade: boolean } & OnTable)
    | ({ readonly type: 'rename_table'; readonly to: string; readonly object: 'table' | 'view' } & OnTable)
    | { readonly type: 'truncate'; readonly tables: readonly ObjectName[]; readonly cascade: boolean }
    | ({ readonly type: 'add_column'; readonly column: ColumnDefinition; readonly ifNotExists: boolean } & OnTable)
    | ({ readonly type: 'drop_column'; readonly cascade: boolean; readonly ifExists: boolean } & OnColumn)
    | ({ readonly type: 'rename_column'; readonly to: string } & OnColumn)
    | ({ readonly type: 'alter_type'; readonly to: string; readonly hasUsing: boolean } & OnColumn)
    /** MySQL's MODIFY and CHANGE: the whole definition is replaced. */
    | ({ readonly type: 'modify_column'; readonly column: ColumnDefinition } & OnTable)
    | ({ readonly type: 'set_not_null' | 'drop_not_null' | 'set_default' | 'drop_default' } & OnColumn)
    | ({
        readonly type: 'add_constraint';
        readonly kind: ConstraintKind;
        readonly name: string | undefined;
        readonly columns: readonly string[];
        readonly notValid: boolean;
        /** The index that becomes the constraint: nothing has to be built. */
        readonly usingIndex: string | undefined;
        readonly references: ObjectName | undefined;
        /** Of a check that says `column IS NOT NULL` and nothing else. */
        readonly provesNotNull?: string;
      } & OnTable)
    | ({ readonly type: 'drop_constraint'; readonly kind: ConstraintKind | 'unknown'; readonly name: string } & OnTable)
    | ({ readonly type: 'validate_constraint'; readonly name: string } & OnTable)
    | ({
        readonly type: 'create_index';
        readonly index: string | undefined;
        readonly unique: boolean;
        readonly concurrently: boolean;
        readonly ifNotExists: boolean;
        /** Plain columns; an expression is an empty string. */
        readonly columns: readonly string[];
        readonly special?: 'fulltext' | 'spatial';
      } & OnTable)
    | {
        readonly type: 'drop_index';
        readonly index: ObjectName;
        readonly concurrently: boolean;
        readonly ifExists: boolean;
      }
    | { readonly type: 'reindex'; readonly name: string; readonly concurrently: boolean }
    | {
        readonly type: 'create_view';
        readonly view: ObjectName;
        readonly replace: boolean;
        readonly materialized: boolean;
        readonly reads: readonly ObjectName[];
      }
    | { readonly type: 'refresh_view'; readonly view: ObjectName; readonly concurrently: boolean }
    /** A view, function, procedure, type, domain, sequence, trigger or extension goes. */
    | {
        readonly type: 'drop_object';
        readonly object: string;
        readonly name: ObjectName;
        readonly cascade: boolean;
        readonly ifExists: boolean;
      }
    | ({ readonly type: 'attach_partition'; readonly partition: ObjectName } & OnTable)
    | ({
        readonly type: 'detach_partition';
        readonly partition: ObjectName;
        readonly concurrently: boolean;
      } & OnTable)
    | ({ readonly type: 'drop_partition'; readonly partition: string } & OnTable)
    | ({ readonly type: 'create_trigger'; readonly trigger: string } & OnTable)
    | ({ readonly type: 'switch_trigger'; readonly enable: boolean } & OnTable)
    | {
        readonly type: 'create_function';
        readonly name: ObjectName;
        readonly securityDefiner: boolean;
        readonly setsSearchPath: boolean;
        readonly replace: boolean;
      }
    | { readonly type: 'create_enum'; readonly name: ObjectName }
    | {
        readonly type: 'add_enum_value';
        readonly name: ObjectName;
        readonly value: string;
        readonly isPlaced: boolean;
      }
    | {
        readonly type: 'rename_enum_value';
        readonly name: ObjectName;
        readonly value: string;
        readonly to: string;
      }
    | { readonly type: 'create_schema'; readonly schema: string }
    | { readonly type: 'drop_schema' | 'drop_database'; readonly name: string; readonly cascade: boolean }
    | { readonly type: 'rename_schema'; readonly schema: string; readonly to: string }
    | { readonly type: 'drop_owned'; readonly role: string }
    | ({
        readonly type: 'insert';
        readonly hasColumns: boolean;
        /** Tables that the rows come from. */
        readonly from: readonly ObjectName[];
        /** The selected expressions as written, where rows come from a query. */
        readonly values?: readonly string[];
      } & OnTable)
    | ({ readonly type: 'update' | 'delete'; readonly hasWhere: boolean } & OnTable)
    | ({ readonly type: 'merge' | 'copy' } & OnTable)
    | {
        readonly type: 'grant';
        readonly privileges: 'all' | readonly string[];
        readonly toPublic: boolean;
        readonly on: string;
      }
    | { readonly type: 'role_password'; readonly role: string }
    | { readonly type: 'set'; readonly name: string; readonly isLocal: boolean; readonly value: string }
    | { readonly type: 'transaction'; readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' }
    | { readonly type: 'vacuum'; readonly full: boolean; readonly name: string }
    | ({ readonly type: 'cluster' } & OnTable)
    | { readonly type: 'pragma'; readonly name: string; readonly value: string | undefined }
    | { readonly type: 'attach'; readonly detach: boolean }
    | ({ readonly type: 'lock_table'; readonly mode: string } & OnTable)
    /** The table is written anew elsewhere: another tablespace, engine, access method, or logged for unlogged. */
    | ({ readonly type: 'move_table'; readonly how: string } & OnTable)
    | ({ readonly type: 'convert_charset'; readonly charset: string } & OnTable)
    /** MySQL's ALGORITHM and LOCK clauses: they hold for every other effect of the statement. */
    | ({
        readonly type: 'alter_options';
        readonly algorithm: string | undefined;
        readonly lock: string | undefined;
      } & OnTable)
  );

export type SqlEffectType = SqlEffect['type'];
export type EffectOf<Type extends SqlEffectType> = Extract<SqlEffect, { readonly type: Type }>;
