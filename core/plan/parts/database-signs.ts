import type { Backend } from '../../model/connection.ts';
import type { DatabaseSigns, SeenFolder } from '../../model/found-parts.ts';
import { isPlain } from './plain-path.ts';

const DRIVERS: Readonly<Record<string, Backend>> = {
  pg: 'postgresql',
  postgres: 'postgresql',
  mysql: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mysql',
  'better-sqlite3': 'sqlite',
  sqlite3: 'sqlite',
  'node-firebird': 'firebird',
};

const DATABASE_WORD = '(?:DATABASE|DB|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|FIREBIRD)';
const ADDRESS = new RegExp(`^(?:.*_)?${DATABASE_WORD}_(?:URL|URI|DSN)$`, 'i');
const PASSWORD = new RegExp(`^(?:.*_)?${DATABASE_WORD}_?(?:PASSWORD|PASSWD|PASS|PWD)$`, 'i');
const USER = new RegExp(`^(?:.*_)?${DATABASE_WORD}_?(?:USER|USERNAME)$`, 'i');

/** What files, dependencies and the names of variables tell of the databases. */
export function databaseSigns(
  { files, sqliteFiles }: Pick<SeenFolder, 'files' | 'sqliteFiles'>,
  { dependencies, names }: { readonly dependencies: readonly string[]; readonly names: readonly string[] },
): DatabaseSigns {
  const drivers = dependencies.flatMap((name) => (Object.hasOwn(DRIVERS, name) ? (DRIVERS[name] ?? []) : []));
  const isSupabase = files.some((path) => /(?:^|\/)supabase\/(?:config\.toml$|functions\/|migrations\/)/.test(path));
  const addresses = names.filter((name) => ADDRESS.test(name));
  return {
    dialects: [...new Set<Backend>([...drivers, ...(isSupabase ? (['postgresql'] as const) : [])])],
    sqliteFiles: sqliteFiles.filter(isPlain),
    addresses: addresses.toSorted((a, b) => Number(b === 'DATABASE_URL') - Number(a === 'DATABASE_URL')),
    passwords: names.filter((name) => PASSWORD.test(name)),
    users: names.filter((name) => USER.test(name)),
  };
}
