import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A database under measurement, empty. */
export interface BenchTarget {
  readonly backend: 'postgresql' | 'sqlite';
  /** `postgres://…`, or the absolute path of a SQLite file. */
  readonly url: string;
  readonly connection: Readonly<Record<string, unknown>>;
}

/** A program that applies the migrations of a folder. */
export interface MigrationTool {
  readonly name: string;
  readonly backends: readonly BenchTarget['backend'][];
  /** Writes the migrations in the tool's own layout. */
  prepare(folder: string, migrations: readonly string[], target: BenchTarget): void;
  command(folder: string, target: BenchTarget): { readonly argv: readonly string[]; readonly env?: NodeJS.ProcessEnv };
}

const root = process.cwd();
const peers = join(root, '.cache/bench-peers');
const node = (file: string, ...words: readonly string[]) => [process.execPath, file, ...words];
const program = (name: string) => join(peers, 'node_modules/.bin', name);
const both = ['postgresql', 'sqlite'] as const;
const name4 = (i: number) => String(i + 1).padStart(5, '0');

const writeAll = (
  folder: string,
  migrations: readonly string[],
  name: (i: number) => string,
  text = (sql: string) => sql,
) => {
  mkdirSync(folder, { recursive: true });
  for (const [i, sql] of migrations.entries()) writeFileSync(join(folder, name(i)), text(sql));
};

const ours: MigrationTool = {
  name: 'srdeploy',
  backends: both,
  prepare(folder, migrations, target) {
    writeAll(join(folder, 'migrations'), migrations, (i) => `V${name4(i)}__t.sql`);
    writeFileSync(
      join(folder, 'deploy-config.json'),
      JSON.stringify({
        connections: { db: target.connection },
        targets: { bench: { name: 'Bench', kind: 'development', connection_ref: 'db' } },
      }),
    );
  },
  command: () => ({
    argv: node(join(root, 'dist/cli.js'), 'migration', 'apply', 'migrations', '--target', 'bench', '--json'),
  }),
};

const floor: MigrationTool = {
  name: 'floor',
  backends: both,
  prepare: (folder, migrations) => writeAll(join(folder, 'migrations'), migrations, (i) => `V${name4(i)}__t.sql`),
  command: (folder, { backend, url }) => ({
    argv: node(join(peers, `floor-${backend}.mjs`), join(folder, 'migrations'), url),
  }),
};

const dbmate: MigrationTool = {
  name: 'dbmate',
  backends: both,
  prepare: (folder, migrations) =>
    writeAll(
      join(folder, 'dbmate'),
      migrations,
      (i) => `2026${name4(i)}_t.sql`,
      (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
    ),
  command: (folder, { backend, url }) => ({
    argv: [
      join(root, 'node_modules/.bin/dbmate'),
      ...['--url', backend === 'sqlite' ? `sqlite:${url}` : `${url}?sslmode=disable`],
      ...['--migrations-dir', join(folder, 'dbmate'), '--no-dump-schema', 'migrate'],
    ],
  }),
};

const postgresMigrations: MigrationTool = {
  name: 'postgres-migrations',
  backends: ['postgresql'],
  prepare: (folder, migrations) => writeAll(join(folder, 'sql'), migrations, (i) => `${i + 1}_t${i + 1}.sql`),
  command: (folder, { url }) => ({ argv: node(join(peers, 'postgres-migrations.mjs'), join(folder, 'sql'), url) }),
};

const umzug: MigrationTool = {
  name: 'umzug',
  backends: ['postgresql'],
  prepare: (folder, migrations) => writeAll(join(folder, 'sql'), migrations, (i) => `${name4(i)}_t.sql`),
  command: (folder, { url }) => ({ argv: node(join(peers, 'umzug.mjs'), join(folder, 'sql'), url) }),
};

const nodePgMigrate: MigrationTool = {
  name: 'node-pg-migrate, a transaction each',
  backends: ['postgresql'],
  prepare: (folder, migrations) =>
    writeAll(
      join(folder, 'npgm'),
      migrations,
      (i) => `17000000${name4(i)}_t.sql`,
      (sql) => `-- Up Migration\n${sql}\n-- Down Migration\n`,
    ),
  command: (folder, { url }) => ({
    argv: [program('node-pg-migrate'), 'up', '-m', join(folder, 'npgm'), '--verbose=false', '--no-single-transaction'],
    env: { DATABASE_URL: url },
  }),
};

/** Ours first; the floor and the peers after it. */
export const migrationTools: readonly MigrationTool[] = [ours, floor, dbmate, postgresMigrations, umzug, nodePgMigrate];
