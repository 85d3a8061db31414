import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabases, loadSqliteChild } from '../../adapters/index.ts';
import {
  type ConnectOptions,
  type DatabaseSession,
  type Databases,
  digest,
  type Notice,
  type ResolvedConnection,
} from '../../core/index.ts';
import { fakeDatabases } from '../support/fake-databases.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';

/** One kind of database under the suite. `fresh` is the connection of an empty database. */
interface Subject {
  readonly databases: Databases;
  readonly fresh: () => Promise<ResolvedConnection>;
  /** Never ends by itself. */
  readonly endless: string;
  /** Kills what serves the session, as a power cut would. */
  readonly kill?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
}

const real = () => createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../dist')) });

const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  fake: async () => {
    const next = counter();
    return {
      databases: fakeDatabases(),
      fresh: async () => ({ ref: 'main', backend: 'sqlite', file: `/fake/${next()}.db` }),
      endless: 'SELECT SLEEP',
    };
  },
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'srd-sqlite-'));
    const next = counter();
    return {
      databases: real(),
      fresh: async () => ({ ref: 'main', backend: 'sqlite', file: join(folder, `made-${next()}`, 'target.db') }),
      endless: 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c',
      kill: async () => {
        for (const pid of childrenMarked(MARKER)) process.kill(pid, 'SIGKILL');
      },
      stop: async () => rmSync(folder, { recursive: true }),
    };
  },
  postgresql: async () => {
    const server = await startPostgres();
    const databases = real();
    const next = counter();
    return {
      databases,
      fresh: async () => {
        const database = `fresh_${next()}`;
        psql(server, `CREATE DATABASE ${database}`);
        return connectionTo(server, database);
      },
      endless: 'SELECT pg_sleep(600)',
      kill: async () => {
        await server.kill();
        await server.restart();
      },
      stop: server.stop,
    };
  },
};

function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}

const MARKER = `contract-${process.pid}`;
const never = new AbortController().signal;
const seconds = (s: number) => ({ timeoutMs: s * 1000 });
const claimOf = (path: string) => ({
  scope: 'shop',
  path,
  version: '1',
  checksum: digest('a'.repeat(64)),
  tokenChecksum: digest('b'.repeat(64)),
  sql: "CREATE TABLE it's; -- 😀\n",
  appliedBy: 'alice',
  runId: '20260205-120000-k3f9qz',
});

describe.each(Object.keys(subjects))('a target database: %s', (kind) => {
  let subject: Subject;
  let connection: ResolvedConnection;
  let notices: Notice[];
  const sessions: DatabaseSession[] = [];
  const connect = async (mode: ConnectOptions['mode'] = 'read-write', to = connection) => {
    const connected = await subject.databases.connect(
      to,
      { mode, timeoutMs: 10_000, marker: MARKER, onNotice: (notice) => notices.push(notice) },
      never,
    );
    if (connected.type !== 'connected') throw new Error(`${connected.type}: ${connected.message}`);
    sessions.push(connected.session);
    return connected.session;
  };
  const open = async () => {
    const session = await connect();
    expect(await session.ensureHistory(never)).toEqual(done(undefined));
    return session;
  };
  /** Applies one migration as the engine does. */
  const apply = async (session: DatabaseSession, path: string, ...statements: readonly string[]) => {
    expect(await session.begin(seconds(10), never)).toEqual(done(undefined));
    expect(await session.claim(claimOf(path), never)).toEqual(done('claimed'));
    for (const statement of statements)
      expect(await session.execute(statement, seconds(10), never)).toEqual(done(undefined));
    return session.commit('shop', path, 12.6);
  };
  const count = async (session: DatabaseSession, table: string) => {
    const outcome = await session.query(`SELECT * FROM ${table}`, 1_000, seconds(10), never);
    return outcome.type === 'done' ? outcome.value.rows.length : outcome;
  };
  const isReal = kind !== 'fake';
  const isServer = kind === 'postgresql';

  beforeAll(async () => {
    subject = await (subjects[kind] as () => Promise<Subject>)();
  });
  afterAll(async () => subject.stop?.());
  beforeEach(async () => {
    notices = [];
    connection = await subject.fresh();
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  });

  it('answers a ping and says its version', async () => {
    const session = await connect();
    expect(await session.ping(never)).toEqual(done(undefined));
    expect(session.serverVersion).toMatch(/\w+ \d/);
    expect(session.backend).toBe(connection.backend);
  });

  it('queries, up to the number of rows that was asked for', async () => {
    const session = await open();
    expect(await session.query('SELECT 1', 10, seconds(5), never)).toMatchObject(done({ rows: [[1]] }));
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', ...Array<string>(5).fill('INSERT INTO t VALUES (1)'));
    expect(await session.query('SELECT * FROM t', 3, seconds(5), never)).toMatchObject({
      value: { rows: { length: 3 } },
    });
    expect(await session.query('SELECT * FROM t', 0, seconds(5), never)).toMatchObject({
      value: { rows: { length: 0 } },
    });
    expect(await session.query('SELECT * FROM t', 5, seconds(5), never)).toMatchObject({
      value: { rows: { length: 5 } },
    });
  });

  it('refuses a query that changes something or that is more than one statement', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)');
    for (const sql of [
      'INSERT INTO t VALUES (1)',
      'CREATE TABLE u (a int)',
      'SELECT 1; DROP TABLE t',
      'SELECT 1;; SELECT 2',
    ]) {
      expect(await session.query(sql, 5, seconds(5), never), sql).toMatchObject({ type: 'refused', cause: 'error' });
    }
    expect(await count(session, 't')).toBe(0);
    expect(await count(session, 'u')).toMatchObject({ type: 'refused' });
  });

  it('has no history until it is made, and making it twice is nothing', async () => {
    const reader = await connect();
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
    await open();
    await open();
    expect(await reader.readHistory('shop', never)).toEqual(done([]));
    expect(await reader.countObjects(never)).toEqual(done(0));
  });

  it('lets several sessions make the history at once', async () => {
    const all = await Promise.all([connect(), connect(), connect(), connect()]);
    const made = await Promise.all(all.map((session) => session.ensureHistory(never)));
    expect(made).toEqual(made.map(() => done(undefined)));
  });

  it('commits a migration together with its row', async () => {
    const session = await open();
    const before = Date.now();
    expect(await apply(session, 'm/V1__a.sql', 'CREATE TABLE t (a int)', 'INSERT INTO t VALUES (1)')).toEqual(
      done(undefined),
    );
    const other = await connect();
    expect(await count(other, 't')).toBe(1);
    const history = await other.readHistory('shop', never);
    expect(history).toMatchObject(
      done([
        { ...claimOf('m/V1__a.sql'), status: 'succeeded', statementIndex: 2, executionMs: expect.closeTo(13, -1) },
      ]),
    );
    if (isReal && history.type === 'done') {
      const at = history.value?.[0]?.appliedAt ?? '';
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(at) - before)).toBeLessThan(60_000);
    }
    expect(await other.readHistory('other', never)).toEqual(done([]));
  });

  it('rolls everything back after an error, the claim included, and goes on', async () => {
    const session = await open();
    await session.begin(seconds(10), never);
    await session.claim(claimOf('a.sql'), never);
    await session.execute('CREATE TABLE t (a int)', seconds(5), never);
    const refused = await session.execute('CREATE TABLE t (a int)', seconds(5), never);
    expect(refused).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { message: expect.stringContaining('already exists') },
    });
    if (isServer) expect(refused).toMatchObject({ error: { sqlstate: '42P07' } });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.readHistory('shop', never)).toEqual(done([]));
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
  });

  it('refuses work outside of a transaction, and a second transaction inside of one', async () => {
    const session = await open();
    expect(await session.execute('CREATE TABLE t (a int)', seconds(5), never)).toMatchObject({ type: 'refused' });
    expect(await session.claim(claimOf('a.sql'), never)).toMatchObject({ type: 'refused' });
    expect(await session.commit('shop', 'a.sql', 1)).toMatchObject({ type: 'refused' });
    expect(await session.rollback()).toEqual(done(undefined));
    await session.begin(seconds(5), never);
    expect(await session.begin(seconds(5), never)).toMatchObject({ type: 'refused' });
  });

  it('leaves a migration alone that somebody has applied since', async () => {
    const session = await open();
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    await session.begin(seconds(5), never);
    expect(await session.claim({ ...claimOf('a.sql'), runId: 'later' }, never)).toEqual(done('taken'));
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.readHistory('shop', never)).toMatchObject({
      value: [{ path: 'a.sql', status: 'succeeded', runId: claimOf('a.sql').runId }],
    });
  });

  it('refuses to commit what was not claimed', async () => {
    const session = await open();
    await session.begin(seconds(5), never);
    await session.execute('CREATE TABLE t (a int)', seconds(5), never);
    expect(await session.commit('shop', 'a.sql', 1)).toMatchObject({ type: 'refused', cause: 'error' });
    expect(await count(session, 't')).toMatchObject({ type: 'refused' });
  });

  it('stops a statement at its time limit, rolls back and goes on', async () => {
    const session = await open();
    await session.begin(seconds(60), never);
    await session.claim(claimOf('a.sql'), never);
    await session.execute('CREATE TABLE t (a int)', seconds(60), never);
    expect(await session.execute(subject.endless, { timeoutMs: 300 }, never)).toMatchObject({
      type: 'refused',
      cause: 'timeout',
    });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.readHistory('shop', never)).toEqual(done([]));
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    expect(await session.query(subject.endless, 1, { timeoutMs: 200 }, never)).toMatchObject({
      type: 'refused',
      cause: 'timeout',
    });
    expect(await session.ping(never)).toEqual(done(undefined));
  });

  it('stops a statement when it is cancelled, rolls back and goes on', async () => {
    const session = await open();
    await session.begin(seconds(60), never);
    await session.claim(claimOf('a.sql'), never);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    expect(await session.execute(subject.endless, seconds(60), cancel.signal)).toMatchObject({
      type: 'refused',
      cause: 'cancelled',
    });
    expect(await session.execute('CREATE TABLE t (a int)', seconds(60), cancel.signal)).toMatchObject({
      cause: 'cancelled',
    });
    expect(await session.rollback()).toEqual(done(undefined));
    expect(await session.readHistory('shop', never)).toEqual(done([]));
    expect(await apply(session, 'a.sql', 'CREATE TABLE t (a int)')).toEqual(done(undefined));
  });

  it('writes a backup once, and never over a file that is there', async () => {
    const session = await open();
    await apply(session, 'a.sql', 'CREATE TABLE t (a int)', 'INSERT INTO t VALUES (7)');
    const folder = mkdtempSync(join(tmpdir(), 'srd-backup-'));
    const file = join(folder, 'sub', 'copy');
    const written = await session.backup(file, seconds(30), never);
    expect(written).toMatchObject({
      type: 'done',
      value: { bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await session.backup(file, seconds(30), never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('exists') },
    });
    if (isReal && written.type === 'done') {
      const bytes = readFileSync(file);
      expect(written.value).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      expect(readdirSync(join(folder, 'sub'))).toEqual(['copy']);
    }
    if (kind === 'sqlite')
      expect(await count(await connect('read-only', { ref: 'b', backend: 'sqlite', file }), 't')).toBe(1);
    if (isServer) {
      const listing = execFileSync('pg_restore', ['--data-only', '--table=t', '--file=-', file], { encoding: 'utf8' });
      expect(listing).toMatch(/COPY public\.t \(a\) FROM stdin;\n7\n/);
    }
    rmSync(folder, { recursive: true });
  });

  it('lets one session hold the lock, and frees it with the session', async () => {
    const [first, second] = [await open(), await open()];
    if (kind === 'sqlite') await first.begin(seconds(5), never);
    else expect(await first.tryLock('shop', never)).toEqual(done(undefined));
    const holder = await second.tryLock('shop', never);
    expect(holder).toMatchObject(done(expect.any(String)));
    if (isServer)
      expect(holder).toMatchObject(
        done(expect.stringMatching(new RegExp(`^session \\d+ "srdeploy ${MARKER}" as srd from 127.0.0.1 since 20`))),
      );
    if (kind !== 'sqlite') expect(await second.tryLock('another', never)).toEqual(done(undefined));
    await first.close();
    await expect.poll(() => second.tryLock('shop', never)).toEqual(done(undefined));
    expect(await first.ping(never)).toMatchObject({ type: 'lost' });
    expect(await first.rollback()).toMatchObject({ type: 'lost' });
  });

  it('changes nothing in a read-only session', async () => {
    await open();
    const session = await connect('read-only');
    expect(await session.begin(seconds(5), never)).toMatchObject({ type: 'refused' });
    expect(await session.readHistory('shop', never)).toEqual(done([]));
    const empty = await subject.fresh();
    if (empty.backend === 'sqlite') {
      const connected = await subject.databases.connect(
        empty,
        { mode: 'read-only', timeoutMs: 5_000, marker: MARKER, onNotice: () => {} },
        never,
      );
      expect(connected).toMatchObject({ type: 'missing-file' });
      expect(existsSync(empty.file)).toBe(false);
      return;
    }
    const reader = await connect('read-only', empty);
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
    expect(await reader.ensureHistory(never)).toMatchObject({ type: 'refused' });
    expect(await reader.readHistory('shop', never)).toEqual(done(undefined));
  });

  if (isReal)
    it('loses the session when what serves it is killed under a statement, and nothing of it stays', async () => {
      const session = await open();
      await session.begin(seconds(60), never);
      await session.claim(claimOf('a.sql'), never);
      await session.execute('CREATE TABLE t (a int)', seconds(60), never);
      const running = session.execute(subject.endless, seconds(60), never);
      await new Promise((tick) => setTimeout(tick, 200));
      await subject.kill?.();
      expect(await running).toMatchObject({ type: 'lost', message: expect.stringMatching(/\w/) });
      for (const outcome of [
        await session.ping(never),
        await session.rollback(),
        await session.commit('shop', 'a.sql', 1),
      ])
        expect(outcome).toMatchObject({ type: 'lost' });
      const next = await open();
      expect(await next.readHistory('shop', never)).toEqual(done([]));
      expect(await next.tryLock('shop', never)).toEqual(done(undefined));
      expect(await count(next, 't')).toMatchObject({ type: 'refused' });
    });

  if (isReal)
    it('refuses statements that would end the transaction, and a NUL that would cut them short', async () => {
      const session = await open();
      await session.begin(seconds(5), never);
      await session.claim(claimOf('a.sql'), never);
      for (const statement of ['COMMIT', 'rollback', 'END', 'BEGIN', "SELECT 'a\0b'"])
        expect(await session.execute(statement, seconds(5), never), statement).toMatchObject({
          type: 'refused',
          cause: 'error',
        });
      expect(await session.execute('SAVEPOINT s', seconds(5), never)).toEqual(done(undefined));
      expect(await session.execute('ROLLBACK TO s', seconds(5), never)).toEqual(done(undefined));
      expect(await session.commit('shop', 'a.sql', 1)).toEqual(done(undefined));
    });
});

const done = <T>(value: T) => ({ type: 'done', value });

function connectionTo(server: PostgresServer, database: string): ResolvedConnection & { backend: 'postgresql' } {
  const { host, port, username, password } = server;
  return {
    ref: 'main',
    backend: 'postgresql',
    host,
    port,
    database,
    username,
    password,
    sslMode: 'disable',
    sslRootCert: undefined,
  };
}

function psql({ host, port, username, password }: PostgresServer, sql: string): void {
  execFileSync(
    'psql',
    ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', host, '-p', String(port), '-U', username, '-d', 'postgres', '-c', sql],
    {
      env: { ...process.env, PGPASSWORD: password },
    },
  );
}

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
