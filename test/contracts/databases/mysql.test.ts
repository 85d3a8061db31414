import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Connection, createConnection } from 'mysql2';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import type { ResolvedConnection } from '../../../core/index.ts';
import { type MariadbServer, startMariadb } from '../../support/mariadb-server.ts';
import { counter, describeDatabases } from './suite.ts';

type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

let server: MariadbServer;
const next = counter();
const misspelt = "SELECT '😀', nme FROM t";

/** A client of our own beside the session; its connection may be cut. */
async function outside(connection: ResolvedConnection): Promise<Connection> {
  const { host, port, database, username, password } = connection as ServerConnection;
  const client = createConnection({
    host,
    port,
    database,
    ...(username !== undefined && { user: username }),
    ...(password !== undefined && { password }),
  });
  client.on('error', () => {});
  await client.promise().connect();
  return client;
}

const connectionTo = (database: string): ServerConnection => ({
  ref: 'main',
  backend: 'mysql',
  host: server.host,
  port: server.port,
  database,
  username: server.username,
  password: server.password,
  sslMode: 'disable',
  sslRootCert: undefined,
});

describeDatabases('mysql', {
  databases: createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) }),
  async start() {
    server = await startMariadb();
  },
  stop: () => server.stop(),
  async fresh() {
    const database = `fresh_${next()}`;
    server.run(`CREATE DATABASE ${database}`);
    return connectionTo(database);
  },
  isTransactional: false,
  // As far as a statement writes rows of InnoDB tables; DDL is in flight between its two records.
  isAtomicAlone: true,
  selectOne: 'SELECT 1',
  endless: { statement: 'SELECT SLEEP(600)', query: 'SELECT SLEEP(600)' },
  failing: {
    statement: misspelt,
    error: { message: /Unknown column 'nme'/, sqlstate: '42S22', offset: misspelt.indexOf('nme') },
  },
  duplicate: { message: /Table 't' already exists/, sqlstate: '42S01' },
  notice: { statement: "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'one 1'", message: 'one 1 (1642)' },
  endings: ['COMMIT', 'rollback', 'BEGIN', 'START TRANSACTION', '/* done */ COMMIT', 'SAVEPOINT a', "XA START 'a'"],
  unreadable: [
    "SELECT 1 INTO OUTFILE '/tmp/srd-never'",
    "SELECT 1 INTO /* a */ DUMPFILE '/tmp/srd-never'",
    "SELECT 1 /*! INTO OUTFILE '/tmp/srd-never' */",
    '/*! INSERT INTO t */ SELECT 1',
    'SET SESSION TRANSACTION READ WRITE',
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
    'SELECT RELEASE_ALL_LOCKS()',
    'COMMIT',
  ],
  holder: { words: /^session \d+ as srd from 127\.0\.0\.1:\d+, idle for \d+ s$/, isTransaction: false },
  async failures(working) {
    const changed = (changes: Partial<ServerConnection>): ResolvedConnection => ({
      ...(working as ServerConnection),
      ...changes,
    });
    return [
      { connection: changed({ password: 'wrong' }), type: 'refused', words: /Access denied .* Check username/ },
      { connection: changed({ password: undefined }), type: 'refused', words: /using password: NO/ },
      { connection: changed({ database: 'not_there' }), type: 'refused', words: /'not_there'\. Create the database/ },
      { connection: changed({ port: 1 }), type: 'unreachable', words: /127\.0\.0\.1:1\/.*ECONNREFUSED/ },
      { connection: changed({ host: 'no-such-host.invalid' }), type: 'unreachable', words: /no-such-host/ },
    ];
  },
  async kill() {
    await server.kill();
    await server.restart();
  },
  async block(connection) {
    const client = await outside(connection);
    await client.promise().query('LOCK TABLES t WRITE');
    return { statement: 'INSERT INTO t VALUES (1)', release: () => client.promise().end() };
  },
  async getStuck(connection) {
    const client = await outside(connection);
    await client.promise().query('START TRANSACTION');
    await client.promise().query('INSERT INTO t VALUES (1)');
    return { statement: 'ALTER TABLE t ADD COLUMN b int', release: async () => client.destroy() };
  },
  async isInBackup(file) {
    const text = readFileSync(file, 'utf8');
    return /CREATE TABLE `t`/.test(text) && /INSERT INTO `t` VALUES\s*\(7\);/.test(text);
  },
});
