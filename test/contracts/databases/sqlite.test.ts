import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import type { ResolvedConnection } from '../../../core/index.ts';
import { openSqlite, rowsIn } from '../../support/sqlite-file.ts';
import { counter, describeDatabases, MARKER } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'srd-sqlite-'));
const next = counter();
const fileOf = (connection: ResolvedConnection): string => (connection.backend === 'sqlite' ? connection.file : '');
const endless =
  'SELECT count(*) FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i FROM c)';

const inNewFolder = () => join(folder, `made-${next()}`, 'target.db');

const foundEmpty = (): string => {
  const file = inNewFolder();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
};

const target = (file: () => string): Parameters<typeof describeDatabases>[1] => ({
  databases: createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) }),
  stop: async () => rmSync(folder, { recursive: true }),
  fresh: async () => ({ ref: 'main', backend: 'sqlite', file: file() }),
  isTransactional: true,
  isAtomicAlone: true,
  selectOne: 'SELECT 1',
  endless: { statement: endless, query: endless },
  failing: { statement: 'SELECT nme FROM t', error: { message: /no such column: nme/, offset: undefined } },
  duplicate: { message: /already exists/ },
  endings: ['COMMIT', 'rollback', 'END', 'BEGIN', '-- done\nCOMMIT'],
  unreadable: ["ATTACH 'other.db' AS x", "VACUUM INTO 'copy.db'", 'PRAGMA user_version = 5'],
  holder: { words: /^Another process is writing to the database\.$/, isTransaction: true },
  async failures() {
    const broken = join(folder, 'broken.db');
    writeFileSync(broken, 'this is not a database, and it is longer than a header '.repeat(20));
    const at = (path: string): ResolvedConnection => ({ ref: 'main', backend: 'sqlite', file: path });
    return [
      { connection: at(join(folder, 'not-there.db')), type: 'missing-file', words: /not-there\.db does not exist/ },
      { connection: at(broken), type: 'refused', words: /not a database/ },
      { connection: at(folder), type: 'refused', words: /is not a file/ },
    ];
  },
  async kill() {
    for (const pid of childrenMarked(MARKER)) process.kill(pid, 'SIGKILL');
  },
  async block(connection) {
    const other = openSqlite(fileOf(connection));
    other.exec('BEGIN IMMEDIATE');
    return {
      statement: 'INSERT INTO t VALUES (1)',
      async release() {
        other.exec('ROLLBACK');
        other.close();
      },
    };
  },
  async makeEarlierHistory(connection) {
    // The folder is made by the first session that may write.
    const made = await this.databases.connect(
      connection,
      { mode: 'read-write', timeoutMs: 5_000, marker: MARKER, onNotice: () => {} },
      new AbortController().signal,
    );
    if (made.type === 'connected') await made.session.close();
    const database = openSqlite(fileOf(connection));
    database.exec(FIRST_LAYOUT);
    database.close();
  },
  isInBackup: async (copy) => JSON.stringify(rowsIn(copy, 'SELECT a FROM t')) === '[{"a":7}]',
});

// A file that a session makes is written in another way than one that it finds.
describeDatabases('sqlite', target(inNewFolder));
describeDatabases('sqlite, a file that is there', target(foundEmpty));

const FIRST_LAYOUT = `CREATE TABLE srdeploy_migrations (
  scope TEXT NOT NULL,
  path TEXT NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('started', 'succeeded', 'rolled_back')),
  checksum TEXT NOT NULL,
  token_checksum TEXT NOT NULL,
  sql TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  execution_ms INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  statement_index INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (scope, path)
);
INSERT INTO srdeploy_migrations VALUES ('shop', 'old.sql', '1', 'succeeded', 'a', 'b', 'CREATE TABLE t (a int)',
  '2026-02-05T12:00:00.000Z', 'alice', 5, 'run', 1, '2026-02-05T12:00:00.000Z')`;

/** Processes of this test that carry the marker of a run in their environment. */
function childrenMarked(marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SRDEPLOY_RUN=${marker}\0`);
      } catch {
        return false; // it ended between the two looks, or is somebody else's
      }
    })
    .map(Number);
}
