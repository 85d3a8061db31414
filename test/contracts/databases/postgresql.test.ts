import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import type { ResolvedConnection } from '../../../core/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { counter, describeDatabases, MARKER } from './suite.ts';

type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

let server: PostgresServer;
const next = counter();
const running = "SELECT '😀', nme FROM t";

/** A client of our own beside the session; its connection may be cut. */
async function outside(connection: ResolvedConnection): Promise<Client> {
  const { host, port, database, username, password } = connection as ServerConnection;
  const client = new Client({ host, port, database, user: username, password });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function once(connection: ResolvedConnection, sql: string): Promise<void> {
  const client = await outside(connection);
  await client.query(sql);
  await client.end();
}

const connectionTo = (database: string): ServerConnection => ({
  ref: 'main',
  backend: 'postgresql',
  host: server.host,
  port: server.port,
  database,
  username: server.username,
  password: server.password,
  sslMode: 'disable',
  sslRootCert: undefined,
});

describeDatabases('postgresql', {
  databases: createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) }),
  async start() {
    server = await startPostgres();
  },
  stop: () => server.stop(),
  async fresh() {
    const database = `fresh_${next()}`;
    await once(connectionTo('postgres'), `CREATE DATABASE ${database}`);
    return connectionTo(database);
  },
  isTransactional: true,
  isAtomicAlone: true,
  selectOne: 'SELECT 1',
  endless: { statement: 'SELECT pg_sleep(600)', query: 'SELECT pg_sleep(600)' },
  failing: {
    statement: running,
    error: { message: /column "nme" does not exist/, sqlstate: '42703', offset: running.indexOf('nme') },
  },
  duplicate: { message: /relation "t" already exists/, sqlstate: '42P07' },
  notice: { statement: "DO $$ BEGIN RAISE NOTICE 'one %', 1; END $$", message: 'one 1' },
  endings: ['COMMIT', 'rollback', 'END', 'BEGIN', 'START TRANSACTION', '/* done */ COMMIT'],
  unreadable: ["COPY (SELECT 1) TO '/tmp/srd-never'", 'SET TRANSACTION READ WRITE', 'COMMIT'],
  holder: {
    words: new RegExp(`^session \\d+ "srdeploy ${MARKER}" as srd from 127\\.0\\.0\\.1 since 20`),
    isTransaction: false,
  },
  async failures(working) {
    const changed = (changes: Partial<ServerConnection>): ResolvedConnection => ({
      ...(working as ServerConnection),
      ...changes,
    });
    return [
      { connection: changed({ password: 'wrong' }), type: 'refused', words: /password authentication failed/ },
      { connection: changed({ password: undefined }), type: 'refused', words: /asks for a password/ },
      { connection: changed({ database: 'not_there' }), type: 'refused', words: /"not_there" does not exist/ },
      { connection: changed({ port: 1 }), type: 'unreachable', words: /ECONNREFUSED/ },
      { connection: changed({ host: 'no-such-host.invalid' }), type: 'unreachable', words: /no-such-host/ },
    ];
  },
  async kill() {
    await server.kill();
    await server.restart();
  },
  async block(connection) {
    const client = await outside(connection);
    await client.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    return { statement: 'INSERT INTO t VALUES (1)', release: () => client.end() };
  },
  async getStuck(connection) {
    const client = await outside(connection);
    await client.query('BEGIN; INSERT INTO t VALUES (1)');
    return { statement: 'CREATE INDEX CONCURRENTLY i ON t (a)', release: () => client.end().catch(() => undefined) };
  },
  makeEarlierHistory: (connection) => once(connection, FIRST_LAYOUT),
  async isInBackup(file) {
    const args = ['--data-only', '--table=t', '--file=-', file];
    return /COPY public\.t \(a\) FROM stdin;\n7\n/.test(execFileSync('pg_restore', args, { encoding: 'utf8' }));
  },
});

const FIRST_LAYOUT = `CREATE TABLE srdeploy_migrations (
  scope text NOT NULL,
  path text NOT NULL,
  version text NOT NULL,
  status text NOT NULL CHECK (status IN ('started', 'succeeded', 'rolled_back')),
  checksum text NOT NULL,
  token_checksum text NOT NULL,
  sql text NOT NULL,
  applied_at timestamp with time zone NOT NULL,
  applied_by text NOT NULL,
  execution_ms bigint NOT NULL,
  run_id text NOT NULL,
  statement_index integer NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  PRIMARY KEY (scope, path)
);
INSERT INTO srdeploy_migrations VALUES ('shop', 'old.sql', '1', 'succeeded', 'a', 'b', 'CREATE TABLE t (a int)',
  '2026-02-05T12:00:00Z', 'alice', 5, 'run', 1, '2026-02-05T12:00:00Z')`;
