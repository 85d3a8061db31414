import type { Backend } from '../model/connection.ts';
import type { QueryResult } from '../ports/databases.ts';

/** Tables, views, indexes and columns that a database has. Keys are as `objectKey` makes them. */
export type DatabaseObjects = ReadonlySet<string>;

export type ObjectKind = 'table' | 'view' | 'index' | 'column';

/** One way to write an object's name, whatever the case it was written in: `table orders`, `column orders.total`, `index app.by_total`. */
export const objectKey = (kind: ObjectKind, ...names: readonly string[]): string =>
  `${kind} ${names
    .filter((name) => name !== '')
    .join('.')
    .toLowerCase()}`;

/** More objects than these are not looked at. */
export const mostObjects = 500_000;

/**
 * What the user schemas hold, as rows of kind, schema, table or object, column or index of a table, and whether it is found without its schema. Undefined
 * for a dialect that has no catalog of ours.
 */
export function catalogQuery(dialect: Backend): string | undefined {
  switch (dialect) {
    case 'postgresql':
      return `SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind IN ('i', 'I') THEN 'index' ELSE 'table' END, n.nspname, c.relname, '', n.nspname = ANY (pg_catalog.current_schemas(false)) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' UNION ALL SELECT 'column', n.nspname, c.relname, a.attname, n.nspname = ANY (pg_catalog.current_schemas(false)) FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;
    case 'sqlite':
      return `SELECT type, '', name, '', 1 FROM sqlite_schema WHERE type IN ('table', 'view', 'index') UNION ALL SELECT 'column', '', m.name, c.name, 1 FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'`;
    case 'mysql':
      return `SELECT CASE WHEN table_type LIKE '%VIEW' THEN 'view' ELSE 'table' END, '', table_name, '', 1 FROM information_schema.tables WHERE table_schema = DATABASE() UNION ALL SELECT 'column', '', table_name, column_name, 1 FROM information_schema.columns WHERE table_schema = DATABASE() UNION ALL SELECT DISTINCT 'index', '', table_name, index_name, 1 FROM information_schema.statistics WHERE table_schema = DATABASE()`;
    case 'firebird':
      return `SELECT CASE WHEN r.rdb$view_blr IS NULL THEN 'table' ELSE 'view' END, '', TRIM(r.rdb$relation_name), '', 1 FROM rdb$relations AS r WHERE COALESCE(r.rdb$system_flag, 0) = 0 UNION ALL SELECT 'column', '', TRIM(f.rdb$relation_name), TRIM(f.rdb$field_name), 1 FROM rdb$relation_fields AS f WHERE COALESCE(f.rdb$system_flag, 0) = 0 UNION ALL SELECT 'index', '', TRIM(i.rdb$index_name), '', 1 FROM rdb$indices AS i WHERE COALESCE(i.rdb$system_flag, 0) = 0`;
    case 'scratchbird':
      return undefined;
  }
}

/** The objects in the answer to `catalogQuery`: each under its full name and, where it is found without its schema, under the short one. */
export function objectsIn({ rows }: QueryResult): DatabaseObjects {
  const keys = new Set<string>();
  for (const row of rows) {
    const [kind, schema, name, part] = row.slice(0, 4).map((value) => String(value ?? '').trim());
    if (kind !== 'table' && kind !== 'view' && kind !== 'index' && kind !== 'column') continue;
    keys.add(objectKey(kind, schema ?? '', name ?? '', part ?? ''));
    if (isTrue(row[4])) keys.add(objectKey(kind, name ?? '', part ?? ''));
  }
  return keys;
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || value === '1' || value === 't';
