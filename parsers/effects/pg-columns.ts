import type { ColumnDefault, ColumnDefinition, ForeignKey } from '../../core/index.ts';
import { fieldsOf, listOf, nameOf, numberOf, type PgNode, relationName, stringOf, textOf, unwrap } from './pg-node.ts';

/** A `ColumnDef` as the dialects share it. */
export function columnOf(def: PgNode): ColumnDefinition {
  const constraints = listOf(def, 'constraints').map((node) => fieldsOf(node, 'Constraint'));
  const find = (kind: string) => constraints.find((one) => one.contype === kind);
  const type = typeName(fieldsOf(def, 'typeName'));
  const name = textOf(def, 'colname');
  const given = find('CONSTR_DEFAULT');
  const isSerial = /^(big|small)?serial[248]?$/.test(type);
  const generated = find('CONSTR_GENERATED');
  const reference = find('CONSTR_FOREIGN');
  return {
    name,
    type,
    notNull: find('CONSTR_NOTNULL') !== undefined || find('CONSTR_PRIMARY') !== undefined || isSerial,
    ...(find('CONSTR_NULL') && { saysNull: true as const }),
    default: given ? defaultOf(fieldsOf(given, 'raw_expr')) : 'none',
    generated: find('CONSTR_IDENTITY')
      ? 'identity'
      : isSerial
        ? 'serial'
        : !generated
          ? 'none'
          : generated.generated_kind === 'v'
            ? 'virtual'
            : 'stored',
    primaryKey: find('CONSTR_PRIMARY') !== undefined,
    unique: find('CONSTR_UNIQUE') !== undefined,
    check: find('CONSTR_CHECK') !== undefined,
    references: reference && { ...foreignKeyOf(reference), columns: [name] },
  };
}

export const foreignKeyOf = (constraint: PgNode): ForeignKey => ({
  columns: listOf(constraint, 'fk_attrs').map(stringOf),
  references: relationName(fieldsOf(constraint, 'pktable')),
  onDelete: constraint.fk_del_action === 'c' ? 'cascade' : 'other',
});

const TYPES: Readonly<Record<string, string>> = {
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  bpchar: 'char',
  bool: 'boolean',
  float8: 'double precision',
  float4: 'real',
};

/** A type as people write it, such as `varchar(20)`. */
export function typeName(node: PgNode): string {
  const parts = listOf(node, 'names').map(stringOf);
  const last = nameOf(parts[0] === 'pg_catalog' ? parts.slice(1) : parts);
  const sizes = listOf(node, 'typmods').map((one) => numberOf(fieldsOf(fieldsOf(one, 'A_Const'), 'ival'), 'ival') ?? 0);
  const isSized = sizes.length > 0 && last !== 'interval';
  return `${TYPES[last] ?? last}${isSized ? `(${sizes.join(',')})` : ''}${'[]'.repeat(listOf(node, 'arrayBounds').length)}`;
}

const VOLATILE =
  /^(random|random_normal|gen_random_uuid|uuid_generate_v[1-7]\w*|uuidv4|uuidv7|nextval|clock_timestamp|timeofday|gen_random_bytes|txid_current|pg_current_xact_id)$/;
const STABLE =
  /^(now|transaction_timestamp|statement_timestamp|current_setting|to_tsvector|timezone|current_database)$/;

/** Whether a default is the same for all rows. What is not known counts as an expression. */
export function defaultOf(expression: PgNode): ColumnDefault {
  const [kind, fields] = unwrap(expression);
  switch (kind) {
    case 'A_Const':
      return fields.isnull === true ? 'null' : 'constant';
    case 'SQLValueFunction':
      return 'constant';
    case 'TypeCast':
      return defaultOf(fieldsOf(fields, 'arg'));
    case 'FuncCall': {
      const name = listOf(fields, 'funcname').map(stringOf).at(-1) ?? '';
      if (VOLATILE.test(name)) return 'volatile';
      const below = listOf(fields, 'args').map(defaultOf);
      if (below.includes('volatile')) return 'volatile';
      return STABLE.test(name) ? 'constant' : 'expression';
    }
    default: {
      const below = Object.values(fields).flatMap((value) =>
        (Array.isArray(value) ? value : [value]).filter(
          (one): one is PgNode => typeof one === 'object' && one !== null,
        ),
      );
      return below.some((one) => defaultOf(one) === 'volatile')
        ? 'volatile'
        : kind === 'A_ArrayExpr'
          ? 'constant'
          : 'expression';
    }
  }
}
