/** A node of PostgreSQL's own parse tree, as libpg-query gives it: an object of fields, or `{ Kind: fields }`. */
export type PgNode = Readonly<Record<string, unknown>>;

const none: PgNode = {};

/** The fields below a key; empty where there are none. */
export const fieldsOf = (node: PgNode, name: string): PgNode => {
  const value = node[name];
  return isNode(value) ? value : none;
};

export const listOf = (node: PgNode, name: string): readonly PgNode[] => {
  const value = node[name];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export const textOf = (node: PgNode, name: string): string => {
  const value = node[name];
  return typeof value === 'string' ? value : '';
};

export const numberOf = (node: PgNode, name: string): number | undefined => {
  const value = node[name];
  return typeof value === 'number' ? value : undefined;
};

/** The kind of a wrapped node and its fields. */
export function unwrap(node: PgNode): readonly [kind: string, fields: PgNode] {
  const [kind = '', fields] = Object.entries(node)[0] ?? [];
  return [kind, isNode(fields) ? fields : none];
}

/** The text of a wrapped `String`. */
export const stringOf = (node: PgNode): string => textOf(fieldsOf(node, 'String'), 'sval');

/** A name in parts, without the default schema. */
export function nameOf(parts: readonly string[]): string {
  const [first, ...rest] = parts;
  return (first === 'public' && rest.length > 0 ? rest : parts).join('.');
}

/** The name of a `RangeVar`. */
export const relationName = (relation: PgNode): string =>
  nameOf([textOf(relation, 'schemaname'), textOf(relation, 'relname')].filter(Boolean));

function isNode(value: unknown): value is PgNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
