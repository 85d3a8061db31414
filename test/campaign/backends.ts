import { join } from 'node:path';
import pg from 'pg';
import { openFirebirdClient } from '../support/firebird-client.ts';
import { startFirebird } from '../support/firebird-server.ts';
import { startMariadb } from '../support/mariadb-server.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { openSqlite } from '../support/sqlite-file.ts';
import type { Backend, CaseDatabase, HistoryRow, TraceRow } from './backend.ts';
import { traceTable } from './dialect.ts';
import type { BackendName } from './scenario.ts';

const TRACE = 'SELECT id, m, s, v FROM trace ORDER BY id';
const HISTORY = 'SELECT path, status, statement_index, in_flight FROM srdeploy_migrations';

type Row = Readonly<Record<string, unknown>>;
type Query = (sql: string) => Promise<readonly Row[]>;

/** Starts a backend of this machine's own programs. Throws where they are missing. */
export function startBackend(name: BackendName): Promise<Backend> {
  switch (name) {
    case 'sqlite':
      return Promise.resolve(sqliteBackend());
    case 'postgresql':
      return postgresBackend();
    case 'mysql':
      return mariadbBackend();
    case 'firebird':
      return firebirdBackend();
  }
}

function databaseOf(name: string, query: Query, tables: string, busy: string | undefined): CaseDatabase {
  const hasTable = async (table: string) =>
    (await query(tables)).some((row) => String(Object.values(row)[0]).trim().toLowerCase() === table);
  return {
    name,
    hasTable,
    trace: async () => (await query(TRACE)).map(toTrace),
    history: async () => ((await hasTable('srdeploy_migrations')) ? (await query(HISTORY)).map(toHistory) : []),
    busy: async () => busy !== undefined && (await query(busy)).length > 0,
  };
}

const toTrace = (row: Row): TraceRow => {
  const [id, m, s, v] = Object.values(row);
  return { id: Number(id), m: String(m), s: Number(s), v: Number(v) };
};

const toHistory = (row: Row): HistoryRow => {
  const [path, status, index, inFlight] = Object.values(row);
  return {
    path: String(path),
    status: String(status).trim(),
    statementIndex: Number(index),
    inFlight: inFlight === true || Number(inFlight) === 1,
  };
};

/** Files beside which the project lies; no server, no secret. */
function sqliteBackend(): Backend {
  return {
    name: 'sqlite',
    secret: '',
    port: undefined,
    async freshDatabase(project, seed) {
      const file = join(project, 'data.db');
      const query: Query = async (sql) => {
        const database = openSqlite(file);
        try {
          return database.prepare(sql).all();
        } finally {
          database.close();
        }
      };
      const database = openSqlite(file);
      if (seed % 3 === 0) database.exec('PRAGMA journal_mode = wal');
      database.exec(traceTable.sqlite);
      database.close();
      return databaseOf(file, query, "SELECT name FROM sqlite_master WHERE type = 'table'", undefined);
    },
    connection: (database) => ({ backend: 'sqlite', file: database.name }),
    kill: async () => {},
    restart: async () => {},
    stop: async () => {},
  };
}

let count = 0;
const nextName = () => `case_${process.pid}_${++count}`;

async function postgresBackend(): Promise<Backend> {
  // What a server has confirmed must be there after it was killed.
  const server = await startPostgres({ durable: true });
  const queryOn =
    (database: string): Query =>
    async (sql) => {
      const { host, port, username: user, password } = server;
      const client = new pg.Client({ host, port, user, password, database });
      await client.connect();
      try {
        return (await client.query(sql)).rows as Row[];
      } finally {
        await client.end();
      }
    };
  return {
    name: 'postgresql',
    secret: server.password,
    port: server.port,
    async freshDatabase() {
      const name = nextName();
      await queryOn('postgres')(`CREATE DATABASE ${name}`);
      const query = queryOn(name);
      await query(traceTable.postgresql);
      const busy = `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`;
      return databaseOf(name, query, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", busy);
    },
    connection: (database, port) => serverConnection('postgresql', server, database.name, port),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

async function mariadbBackend(): Promise<Backend> {
  const server = await startMariadb();
  const queryOn =
    (database?: string): Query =>
    async (sql) =>
      server
        .run(sql, database)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ ...line.split('\t') }));
  return {
    name: 'mysql',
    secret: server.password,
    port: server.port,
    async freshDatabase() {
      const name = nextName();
      await queryOn()(`CREATE DATABASE ${name}`);
      const query = queryOn(name);
      await query(traceTable.mysql);
      const busy = `SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = '${name}' AND ID <> CONNECTION_ID()`;
      return databaseOf(name, query, 'SHOW TABLES', busy);
    },
    connection: (database, port) => serverConnection('mariadb', server, database.name, port),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

async function firebirdBackend(): Promise<Backend> {
  const server = await startFirebird();
  return {
    name: 'firebird',
    secret: server.password,
    port: server.port,
    async freshDatabase() {
      const path = server.createDatabase(nextName());
      const query: Query = async (sql) => {
        const client = await openFirebirdClient({ ...serverParts(server), database: path });
        try {
          return (await client.run(sql)).map((row) => ({ ...row }));
        } finally {
          client.end();
        }
      };
      server.isql(`${traceTable.firebird};\nCOMMIT;`, path);
      const tables = 'SELECT rdb$relation_name FROM rdb$relations WHERE rdb$system_flag = 0';
      const busy =
        'SELECT 1 FROM mon$attachments WHERE mon$attachment_id <> CURRENT_CONNECTION AND mon$system_flag = 0';
      return databaseOf(path, query, tables, busy);
    },
    connection: (database, port) => serverConnection('firebird', server, database.name, port),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

interface ServerParts {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const serverParts = ({ host, port, username, password }: ServerParts): ServerParts => ({
  host,
  port,
  username,
  password,
});

const serverConnection = (
  backend: string,
  server: ServerParts,
  database: string,
  port: number | undefined,
): object => ({
  backend,
  host: server.host,
  port: port ?? server.port,
  database,
  username: server.username,
  password: '${env:CAMPAIGN_DB_PASSWORD}',
});
