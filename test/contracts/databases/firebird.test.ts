import { resolve } from 'node:path';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import type { ResolvedConnection } from '../../../core/index.ts';
import { type FirebirdClient, type FirebirdClientOptions, openFirebirdClient } from '../../support/firebird-client.ts';
import { type FirebirdServer, startFirebird } from '../../support/firebird-server.ts';
import { counter, describeDatabases, MARKER } from './suite.ts';

type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

let server: FirebirdServer;
const next = counter();
const misspelt = "SELECT '😀é', nme FROM t";

const outside = (connection: ResolvedConnection, reserve?: string): Promise<FirebirdClient> => {
  const { host, port, database, username, password } = connection as ServerConnection;
  const options = { host, port, database, username, password, ...(reserve !== undefined && { reserve }) };
  return openFirebirdClient(options as FirebirdClientOptions);
};

const connectionTo = (database: string): ServerConnection => ({
  ref: 'main',
  backend: 'firebird',
  host: server.host,
  port: server.port,
  database,
  username: server.username,
  password: server.password,
  sslMode: 'prefer',
  sslRootCert: undefined,
});

describeDatabases('firebird', {
  databases: createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) }),
  async start() {
    server = await startFirebird();
  },
  stop: () => server.stop(),
  fresh: async () => connectionTo(server.createDatabase(`fresh_${next()}`)),
  isTransactional: false,
  isAtomicAlone: true,
  selectOne: 'SELECT 1 FROM RDB$DATABASE',
  endless: {
    statement: 'EXECUTE BLOCK AS DECLARE i BIGINT = 0; BEGIN WHILE (1 = 1) DO i = i + 1; END',
    query: 'SELECT COUNT(*) FROM RDB$FIELDS a, RDB$FIELDS b, RDB$FIELDS c, RDB$FIELDS d',
  },
  failing: {
    statement: misspelt,
    error: { message: /Column unknown, NME/, offset: misspelt.indexOf('nme') },
  },
  duplicate: { message: /Table T already exists/ },
  // Firebird has no notices.
  endings: [
    'COMMIT',
    'commit retain',
    'ROLLBACK',
    '/* done */ COMMIT',
    'SET TRANSACTION READ WRITE',
    'SAVEPOINT a',
    'RELEASE SAVEPOINT a',
  ],
  unreadable: [
    'EXECUTE BLOCK AS BEGIN INSERT INTO t VALUES (1); END',
    'SELECT NEXT VALUE FOR s FROM RDB$DATABASE',
    'SELECT GEN_ID(s, 1) FROM RDB$DATABASE',
    'SET TRANSACTION READ WRITE',
    'COMMIT',
  ],
  holder: {
    words: new RegExp(
      `^session \\d+ "srdeploy ${MARKER}" as SYSDBA from 127\\.0\\.0\\.1/\\d+ \\(process ${process.pid} on .*\\) since 20`,
    ),
    isTransaction: false,
  },
  async failures(working) {
    const changed = (changes: Partial<ServerConnection>): ResolvedConnection => ({
      ...(working as ServerConnection),
      ...changes,
    });
    return [
      { connection: changed({ password: 'wrong' }), type: 'refused', words: /user name and password are not defined/ },
      { connection: changed({ password: undefined }), type: 'refused', words: /has no password/ },
      { connection: changed({ database: '/not/there.fdb' }), type: 'refused', words: /cannot open this database/ },
      { connection: changed({ database: 'no_alias' }), type: 'refused', words: /Name a file or an alias/ },
      { connection: changed({ port: 1 }), type: 'unreachable', words: /127\.0\.0\.1:1\/.*ECONNREFUSED/ },
      { connection: changed({ host: 'no-such-host.invalid' }), type: 'unreachable', words: /no-such-host/ },
    ];
  },
  async kill() {
    await server.kill();
    await server.restart();
  },
  async block(connection) {
    const client = await outside(connection, 'T');
    return { statement: 'INSERT INTO t VALUES (1)', release: async () => client.end() };
  },
  async getStuck(connection) {
    const client = await outside(connection, 'T');
    return {
      statement: 'EXECUTE BLOCK AS BEGIN IN AUTONOMOUS TRANSACTION DO INSERT INTO t VALUES (1); END',
      release: async () => client.end(),
    };
  },
  async isInBackup(file) {
    const restored = await outside(connectionTo(server.restore(file, `restored_${next()}`)));
    const rows = await restored.run('SELECT a FROM t');
    restored.end();
    return rows.length === 1 && rows[0]?.[0] === 7;
  },
});
