import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSession, Notice } from '../../../core/index.ts';
import { type MariadbServer, startMariadb } from '../../support/mariadb-server.ts';
import {
  apply,
  claimOf,
  connectionTo,
  done,
  never,
  openTarget,
  type ServerConnection,
  standing,
  tenSeconds,
  tryConnect,
} from './mysql-target.ts';

let server: MariadbServer;
let database: string;
let connection: ServerConnection;
let notices: Notice[];
let count = 0;
const sessions: DatabaseSession[] = [];

beforeAll(async () => {
  server = await startMariadb();
});
afterAll(() => server.stop());
beforeEach(() => {
  count += 1;
  database = `d${count}`;
  notices = [];
  server.run(`CREATE DATABASE ${database}`);
  connection = connectionTo(server, database);
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

const open = async (to = connection) => {
  const session = await openTarget(to, { onNotice: (notice) => notices.push(notice) });
  sessions.push(session);
  return session;
};
const begin = async (...before: readonly string[]) => {
  for (const sql of before) server.run(sql, database);
  const session = await open();
  expect(await session.startAlone(claimOf('m.sql'), 0, never)).toEqual(done('claimed'));
  return session;
};
const run = (session: DatabaseSession, index: number, text: string, limits = tenSeconds, signal = never) =>
  session.runAlone({ scope: '', path: 'm.sql', index }, { text }, limits, signal);
const now = () => standing(connection, 'm.sql');
const rows = (sql: string) => server.run(sql, database).trim().split('\n').filter(Boolean);
/** The session of ours that does something, as the server lists it. */
const working = () =>
  rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'srd' AND INFO LIKE 'SELECT SLEEP%'");
const until = async (look: () => boolean) => {
  while (!look()) await delay(10);
};

describe('a session of a script', () => {
  it('leaves nothing to the next migration, whatever it has set', async () => {
    const session = await open();
    expect(await session.tryLock('', never)).toEqual(done(undefined));
    server.run(`CREATE DATABASE ${database}_other`);
    const first = [
      'CREATE TABLE t (a int) ENGINE = InnoDB',
      "SET NAMES latin1, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', autocommit = 0, foreign_key_checks = 0",
      'SET @x = 1',
      'CREATE TEMPORARY TABLE shadow (a int)',
      'LOCK TABLES t WRITE',
      'INSERT INTO t VALUES (1)',
      'UNLOCK TABLES',
      'INSERT INTO t VALUES (2)',
      `USE ${database}_other`,
      'CREATE TABLE elsewhere (a int)',
    ];
    expect(await apply(session, 'é😀\\1.sql', first)).toEqual(done(undefined));
    expect(rows('SELECT a FROM t ORDER BY a')).toEqual(['1', '2']);
    expect(rows(`SHOW TABLES FROM ${database}_other`)).toEqual(['elsewhere']);
    const second = [
      'CREATE TABLE seen (ac int, fk int, x varchar(20), cs varchar(20))',
      'INSERT INTO seen VALUES (@@autocommit, @@foreign_key_checks, @x, @@character_set_client)',
      "INSERT INTO seen VALUES (0, 0, 'it\\'s', 'é😀')",
    ];
    expect(await apply(session, '2.sql', second)).toEqual(done(undefined));
    expect(rows('SELECT ac, fk, x, cs FROM seen')).toEqual(['1\t1\tNULL\tutf8mb4', "0\t0\tit's\té😀"]);
    expect(await apply(session, '3.sql', ['SELECT * FROM shadow'])).toMatchObject({ type: 'refused' });
    expect(await standing(connection, 'é😀\\1.sql')).toEqual({ status: 'succeeded', at: 10, inFlight: false });
  });

  it('hands its lock over to the next one, so that nobody else ever gets it', async () => {
    const session = await open();
    const other = await open();
    expect(await session.tryLock('shop', never)).toEqual(done(undefined));
    let isOver = false;
    const stolen = (async () => {
      while (!isOver) {
        const tried = await other.tryLock('shop', never);
        if (tried.type !== 'done' || tried.value === undefined) return tried;
      }
      return 'never';
    })();
    for (let n = 0; n < 20; n += 1)
      expect(await apply(session, `${n}.sql`, [`SET @a = ${n}`])).toEqual(done(undefined));
    isOver = true;
    expect(await stolen).toBe('never');
    expect(await session.tryLock('shop', never)).toEqual(done(undefined));
    await session.close();
    await expect.poll(() => other.tryLock('shop', never)).toEqual(done(undefined));
  });

  it('has the settings that the vendor’s own client has', async () => {
    const session = await open();
    const asked = await session.query('SELECT @@sql_mode, @@collation_connection', 1, tenSeconds, never);
    expect(asked).toMatchObject({
      value: { rows: [rows('SELECT @@sql_mode, @@collation_connection')[0]?.split('\t')] },
    });
    expect(await apply(session, 'a.sql', ['CREATE TABLE count (a int)', 'INSERT INTO count (a) VALUES (1)'])).toEqual(
      done(undefined),
    );
  });
});

describe('a session that goes on with a script', () => {
  const goOn = async (session: DatabaseSession, at: number) => {
    await session.close();
    const next = await open();
    expect(await next.startAlone(claimOf('m.sql'), at, never)).toEqual(done('claimed'));
    return next;
  };

  it('has the settings that the script has made', async () => {
    server.run(`CREATE DATABASE ${database}_other`);
    const session = await begin('CREATE TABLE t (m text, x text, d text)');
    const statements = [
      "SET SESSION sql_mode = 'ANSI_QUOTES', foreign_key_checks = 0",
      'SET GLOBAL max_error_count = 64',
      `USE ${database}_other`,
      "SET @a = 'one', @b = 2, @old = @@sql_mode",
      'SET NAMES latin1',
      'CREATE TABLE here (a int)',
    ];
    for (const [index, text] of statements.entries()) expect(await run(session, index, text)).toEqual(done(undefined));
    const next = await goOn(session, 6);
    const insert = `INSERT INTO ${database}.t VALUES (CONCAT(@@sql_mode, @@foreign_key_checks, @@character_set_client), CONCAT(@a, @b), DATABASE())`;
    expect(await run(next, 6, insert)).toEqual(done(undefined));
    expect(rows('SELECT * FROM t')).toEqual([`ANSI_QUOTESOFFlatin1\tone2\t${database}_other`]);
    const behind = await goOn(next, 1);
    expect(await run(behind, 1, `INSERT INTO t VALUES (@@character_set_client, '', DATABASE())`)).toEqual(
      done(undefined),
    );
    expect(rows("SELECT m, d FROM t WHERE x = ''")).toEqual([`utf8mb4\t${database}`]);
  });

  it('refuses a statement that reads what only the earlier session knew', async () => {
    const session = await begin('CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY)', 'CREATE TABLE u (id int)');
    expect(await run(session, 0, 'INSERT INTO t VALUES ()')).toEqual(done(undefined));
    expect(await run(session, 1, 'SET @id = LAST_INSERT_ID()')).toEqual(done(undefined));
    expect(await run(session, 2, 'INSERT INTO u VALUES (@id), (LAST_INSERT_ID())')).toEqual(done(undefined));
    const next = await goOn(session, 3);
    expect(await run(next, 3, 'INSERT INTO u VALUES (@id)')).toMatchObject({
      type: 'refused',
      error: {
        message: expect.stringContaining('@id was set by an earlier statement'),
        hint: expect.stringContaining('again'),
      },
    });
    expect(await run(next, 3, 'INSERT INTO u VALUES (LAST_INSERT_ID())')).toMatchObject({ type: 'refused' });
    expect(await run(next, 3, "INSERT INTO u VALUES (LENGTH('@id'))")).toEqual(done(undefined));
    expect(await run(next, 4, 'SET @id = 9')).toEqual(done(undefined));
    expect(await run(next, 5, 'INSERT INTO u VALUES (@id), (@@max_connections > 1)')).toEqual(done(undefined));
    expect(await run(next, 6, 'SELECT 1, 2 INTO @x, @`y z`')).toEqual(done(undefined));
    expect(await run(next, 7, 'INSERT INTO u VALUES (@x), (@`y z`)')).toEqual(done(undefined));
    expect(rows('SELECT id FROM u')).toEqual(['1', '1', '3', '9', '1', '1', '2']);
  });
});

describe('what was in flight', () => {
  it('is nothing where a row of an InnoDB table is written, also when the server is killed', async () => {
    const session = await begin('CREATE TABLE t (a int)');
    expect(await run(session, 0, 'INSERT INTO t VALUES (1)')).toEqual(done(undefined));
    const running = run(session, 1, 'INSERT INTO t SELECT SLEEP(60)');
    await until(
      () =>
        rows("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT INTO t SELECT SLEEP%'").length > 0,
    );
    await server.kill();
    expect(await running).toMatchObject({ type: 'lost' });
    await server.restart();
    expect(await now()).toEqual({ status: 'started', at: 1, inFlight: false });
    expect(rows('SELECT a FROM t')).toEqual(['1']);
  });

  it('is a write to a table without transactions', async () => {
    const session = await begin('CREATE TABLE t (a int) ENGINE = MyISAM');
    const running = run(session, 0, 'INSERT INTO t SELECT SLEEP(60)');
    await until(
      () =>
        rows("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT INTO t SELECT SLEEP%'").length > 0,
    );
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: true });
    await server.kill();
    expect(await running).toMatchObject({ type: 'lost' });
    await server.restart();
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: true });
  });

  it.each([
    [
      'a table with a trigger',
      'CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (1)',
      'INSERT INTO t VALUES (SLEEP(0.3))',
    ],
    ['a stored function', 'CREATE FUNCTION f() RETURNS int RETURN SLEEP(0.3)', 'INSERT INTO t VALUES (f())'],
    ['a view', 'CREATE VIEW v AS SELECT a FROM t', 'INSERT INTO v VALUES (SLEEP(0.3))'],
    ['several tables', 'SELECT 1', 'UPDATE t, log SET t.a = SLEEP(0.3)'],
    ['a procedure', 'CREATE PROCEDURE p() SELECT SLEEP(0.3)', 'CALL p()'],
  ])('is a statement of which nobody can be sure: %s', async (_, before, statement) => {
    const session = await begin(
      'CREATE TABLE t (a int)',
      'INSERT INTO t VALUES (1)',
      'CREATE TABLE log (a int)',
      'INSERT INTO log VALUES (1)',
      before,
    );
    const running = run(session, 0, statement);
    await expect.poll(now).toEqual({ status: 'started', at: 0, inFlight: true });
    expect(await running).toEqual(done(undefined));
    expect(await now()).toEqual({ status: 'started', at: 1, inFlight: false });
  });

  it('stays in flight where the server says that it could not undo all of it', async () => {
    const session = await begin('CREATE TABLE t (a int PRIMARY KEY) ENGINE = MyISAM');
    expect(await run(session, 0, 'INSERT INTO t VALUES (1), (2), (1)')).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: {
        message: /Duplicate entry '1'/,
        hint: expect.stringContaining('A part of the statement may have been done'),
      },
    });
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: true });
    expect(rows('SELECT a FROM t')).toEqual(['1', '2']);
  });

  it('is not in flight where the server has undone it', async () => {
    const session = await begin(
      'CREATE TABLE t (a int PRIMARY KEY)',
      'CREATE TABLE u (a int PRIMARY KEY)',
      'INSERT INTO t VALUES (1), (2)',
      'INSERT INTO u VALUES (1)',
    );
    expect(await run(session, 0, 'UPDATE t JOIN u SET u.a = 5, t.a = 7')).toMatchObject({ type: 'refused' });
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: false });
    expect(rows('SELECT a FROM t')).toEqual(['1', '2']);
    expect(rows('SELECT a FROM u')).toEqual(['1']);
    expect(await run(session, 0, 'UPDATE t, u SET u.a = 5')).toEqual(done(undefined));
  });

  it('stays in flight where a procedure failed half-way', async () => {
    const session = await begin(
      'CREATE TABLE t (a int)',
      "CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); COMMIT; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END",
    );
    expect(await run(session, 0, 'CALL p()')).toMatchObject({
      type: 'refused',
      error: { message: 'no', sqlstate: '45000' },
    });
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: true });
  });

  it('is what was sent when the connection is ended under it', async () => {
    const session = await begin('CREATE TABLE t (a int)', 'CREATE PROCEDURE p() SELECT SLEEP(60)');
    const running = run(session, 0, 'CALL p()');
    await until(
      () =>
        rows("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(60)%' OR INFO LIKE 'CALL%'")
          .length > 0,
    );
    const [id] = rows(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'srd' AND DB = DATABASE() AND COMMAND = 'Query' AND ID <> CONNECTION_ID()",
    );
    server.run(`KILL CONNECTION ${id}`);
    expect(await running).toMatchObject({ type: 'lost' });
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: true });
    expect(await session.ping(never)).toMatchObject({ type: 'lost' });
  });

  it('is recorded on a new connection where the one for records is gone', async () => {
    const session = await begin();
    const ids = rows(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'srd' AND DB = DATABASE() AND ID <> CONNECTION_ID() ORDER BY ID",
    );
    expect(ids).toHaveLength(2);
    server.run(`KILL CONNECTION ${ids[1]}`);
    expect(await run(session, 0, 'CREATE TABLE t (a int)')).toEqual(done(undefined));
    expect(await now()).toEqual({ status: 'started', at: 1, inFlight: false });
  });
});

describe('statements', () => {
  it('fail with SQLSTATE and, where the server’s words tell it, their place', async () => {
    const session = await begin('CREATE TABLE t (a int)');
    const at = async (text: string) => {
      const ran = await run(session, 0, text);
      return ran.type === 'refused' ? text.slice(ran.error.offset) : ran;
    };
    expect(await at("SELECT '😀'\n  FROM t\n WHER a = 1")).toBe('a = 1');
    // Behind the second comma: the server shows what follows the character that it does not take.
    expect(await at('CREATE TABLE u (\n  a int,,\n  b int\n)')).toBe('\n  b int\n)');
    for (const letter of ['x', 'é', '😀'])
      expect(await at(`CREATE TABLE u (a int nul default 0 comment '${letter.repeat(200)}')`)).toMatch(/^default 0/);
    expect(await at('CREATE TABLE u (a int')).toBe('');
    expect(await at('SELECT nope FROM t')).toBe('nope FROM t');
    expect(await at('SELECT nope, nope FROM t')).toBe('SELECT nope, nope FROM t');
  });

  it('send their warnings to the log', async () => {
    const session = await begin('CREATE TABLE t (a int)');
    await run(session, 0, 'DROP TABLE IF EXISTS gone');
    await run(session, 1, "SELECT 1 + 'a'");
    expect(notices).toEqual([
      { severity: 'NOTE', message: `Unknown table '${database}.gone' (1051)` },
      { severity: 'WARNING', message: "Truncated incorrect DOUBLE value: 'a' (1292)" },
    ]);
  });

  it('that are larger than the server takes are refused before they are sent', async () => {
    server.run('SET GLOBAL max_allowed_packet = 1048576');
    const session = await begin('CREATE TABLE t (a longtext)');
    const large = `INSERT INTO t VALUES ('${'x'.repeat(1_100_000)}')`;
    expect(await run(session, 0, large)).toMatchObject({
      type: 'refused',
      error: {
        message: expect.stringContaining('1048576 (max_allowed_packet)'),
        hint: expect.stringContaining('Split'),
      },
    });
    expect(await session.startAlone(claimOf('large.sql', { sql: 'x'.repeat(600_000) }), 0, never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringContaining('large.sql has 600000 bytes') },
    });
    expect(await run(session, 0, `INSERT INTO t VALUES ('${'x'.repeat(1_000_000)}')`)).toEqual(done(undefined));
    server.run('SET GLOBAL max_allowed_packet = 16777216');
  });

  it('that ask for a file of this machine get none', async () => {
    const session = await begin('CREATE TABLE t (a text)');
    const file = join(mkdtempSync(join(tmpdir(), 'srd-local-')), 'secret');
    writeFileSync(file, 'a secret\n');
    expect(await run(session, 0, `LOAD DATA LOCAL INFILE '${file}' INTO TABLE t`)).toMatchObject({
      type: 'refused',
      error: { hint: expect.stringContaining('LOAD DATA LOCAL is switched off') },
    });
    expect(rows('SELECT a FROM t')).toEqual([]);
    expect(await run(session, 0, 'INSERT INTO t VALUES (1)')).toEqual(done(undefined));
  });

  it('of procedures answer any number of results', async () => {
    const session = await begin('CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2, 3; END');
    expect(await run(session, 0, 'CALL p()')).toEqual(done(undefined));
    expect(await run(session, 1, 'SELECT 1 UNION SELECT 2')).toEqual(done(undefined));
  });

  it('that release our lock or stop all writing are refused', async () => {
    const session = await begin();
    for (const text of ['DO RELEASE_ALL_LOCKS()', "SELECT release_lock ('a')", 'FLUSH TABLES WITH READ LOCK'])
      expect(await run(session, 0, text), text).toMatchObject({ type: 'refused' });
    expect(await run(session, 0, "SELECT 'RELEASE_LOCK()'")).toEqual(done(undefined));
  });

  it('are stopped by the server itself at their time limit, also where nobody asks it to', async () => {
    const session = await begin();
    const started = performance.now();
    expect(await run(session, 0, 'SELECT SLEEP(60)', { timeoutMs: 300 })).toMatchObject({
      type: 'refused',
      cause: 'timeout',
      error: { message: expect.stringContaining('max_statement_time') },
    });
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('are told a cancel by somebody else from their own', async () => {
    const session = await begin();
    const running = run(session, 0, 'SELECT SLEEP(60)');
    await until(() => working().length > 0);
    server.run(`KILL QUERY ${working()[0]}`);
    expect(await running).toMatchObject({ type: 'refused', cause: 'error', error: { sqlstate: '70100' } });
  });

  it('are not hit by a cancel that comes late', async () => {
    const session = await begin('CREATE TABLE t (a int)');
    for (let n = 0; n < 30; n += 1) {
      const cancel = new AbortController();
      const running = run(session, 0, 'SELECT SLEEP(0.002)', tenSeconds, cancel.signal);
      setTimeout(() => cancel.abort(), n % 4);
      await running;
      expect(await session.query('SELECT 1', 1, tenSeconds, never)).toMatchObject({ type: 'done' });
    }
  });

  it('waiting for a lock can be cancelled, and DDL is not done then', async () => {
    const session = await begin('CREATE TABLE t (a int)');
    const other = await open();
    const cancel = new AbortController();
    await other.startAlone(claimOf('other.sql'), 0, never);
    const held = other.runAlone(
      { scope: '', path: 'other.sql', index: 0 },
      { text: 'SELECT SLEEP(1.5) FROM (SELECT COUNT(*) FROM t) AS c' },
      tenSeconds,
      never,
    );
    await until(() => working().length > 0);
    setTimeout(() => cancel.abort(), 100);
    expect(await run(session, 0, 'ALTER TABLE t ADD COLUMN b int', tenSeconds, cancel.signal)).toMatchObject({
      type: 'refused',
      cause: 'cancelled',
    });
    expect(await now()).toEqual({ status: 'started', at: 0, inFlight: false });
    expect(await held).toEqual(done(undefined));
    expect(
      rows("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't'"),
    ).toEqual(['1']);
  });
});

describe('queries', () => {
  it('stop at the number of rows, and keep no more', async () => {
    const session = await open();
    for (const sql of ['SELECT seq FROM seq_1_to_50000000', 'SELECT seq FROM seq_1_to_50000000 LIMIT 40000000']) {
      expect(await session.query(sql, 2, { timeoutMs: 60_000 }, never)).toEqual(
        done({ columns: ['seq'], rows: [[1], [2]] }),
      );
      expect(await session.query('SELECT 1', 1, tenSeconds, never)).toMatchObject(done({ rows: [[1]] }));
    }
  }, 60_000);

  it('answer values as texts where a number or a date would lose something', async () => {
    const session = await open();
    const sql = "SELECT 9007199254740993, 1.10, TIMESTAMP('2026-02-05 01:02:03.5'), NULL, JSON_OBJECT('a', 1)";
    expect(await session.query(sql, 1, tenSeconds, never)).toMatchObject(
      done({ rows: [['9007199254740993', '1.10', '2026-02-05 01:02:03.5', null, '{"a": 1}']] }),
    );
  });

  it('change nothing through a function either', async () => {
    server.run('CREATE TABLE t (a int)', database);
    server.run(
      'CREATE FUNCTION f() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO t VALUES (1); RETURN 1; END',
      database,
    );
    const session = await open();
    expect(await session.query('SELECT f()', 1, tenSeconds, never)).toMatchObject({ type: 'refused' });
    expect(rows('SELECT a FROM t')).toEqual([]);
  });
});

describe('counting', () => {
  it('takes tables, views and indexes of this database, and nothing of ours', async () => {
    server.run(
      'CREATE TABLE t (a int PRIMARY KEY, b int, c int, KEY bc (b, c)); CREATE VIEW v AS SELECT a FROM t',
      database,
    );
    const session = await open();
    expect(await session.countObjects(never)).toEqual(done(4));
  });
});

describe('a migration', () => {
  it('does not run in one transaction here, and says so', async () => {
    const session = await open();
    const refused = { type: 'refused', error: { message: expect.stringContaining('MariaDB commits DDL by itself') } };
    expect(await session.openMigration(claimOf('a.sql'), [], tenSeconds, never)).toMatchObject(refused);
    expect(await session.runStatements([], tenSeconds, never)).toMatchObject(refused);
    expect(await session.commitMigrations([])).toMatchObject(refused);
    expect(await session.rollback()).toEqual(done(undefined));
  });

  it('is refused where the user may not write, in the words of the server', async () => {
    server.run(
      `CREATE USER reader_${count}@'%' IDENTIFIED BY 'a'; GRANT SELECT ON ${database}.* TO reader_${count}@'%'`,
    );
    const to = connectionTo(server, database, { username: `reader_${count}`, password: 'a' });
    const connected = await tryConnect(to);
    if (connected.type !== 'connected') throw new Error(connected.message);
    sessions.push(connected.session);
    expect(await connected.session.ensureHistory(never)).toMatchObject({
      type: 'refused',
      error: { message: expect.stringMatching(/CREATE command denied/) },
    });
  });
});

describe('connecting', () => {
  it('gives up when it is cancelled or nobody answers', async () => {
    const cancel = new AbortController();
    const silent = connectionTo(server, database, { host: '192.0.2.1' });
    setTimeout(() => cancel.abort(), 50);
    expect(await tryConnect(silent, {}, cancel.signal)).toMatchObject({ type: 'unreachable' });
    expect(await tryConnect(silent, { timeoutMs: 100 })).toMatchObject({ type: 'unreachable' });
  });

  it('takes a file of a socket for a host', async () => {
    const session = await open(connectionTo(server, database, { host: server.socket, sslMode: 'verify-full' }));
    expect(await session.ping(never)).toEqual(done(undefined));
  });

  it('prefers TLS and does without where the server has none', async () => {
    const session = await open(connectionTo(server, database, { sslMode: 'prefer' }));
    expect(await session.ping(never)).toEqual(done(undefined));
    expect(await tryConnect(connectionTo(server, database, { sslMode: 'require' }))).toMatchObject({
      type: 'refused',
      message: expect.stringMatching(/does not support secure connection\. Set up TLS/),
    });
  });

  it('reaches a ScratchBird server through its MySQL protocol', async () => {
    const session = await open(connectionTo(server, database, { backend: 'scratchbird', protocol: 'mysql' }));
    expect(session.backend).toBe('scratchbird');
    expect(await session.ping(never)).toEqual(done(undefined));
  });

  it('says how to name the protocol of a ScratchBird server', async () => {
    expect(await tryConnect(connectionTo(server, database, { backend: 'scratchbird' }))).toMatchObject({
      type: 'unsupported',
      message: expect.stringContaining('"protocol"'),
    });
  });
});

describe('a backup', () => {
  const secret = `p"a'ss\\w ö#;=$${'\t'}`;
  it('shows the password to nobody, and leaves nothing behind', async () => {
    server.run(
      `CREATE USER dumper_${count}@'%' IDENTIFIED BY '${secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'; GRANT ALL ON *.* TO dumper_${count}@'%'`,
    );
    server.run(
      'CREATE TABLE t (a int); INSERT INTO t SELECT seq FROM seq_1_to_300000; CREATE PROCEDURE p() SELECT 1; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1; CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW SET @a = 1',
      database,
    );
    const session = await open(connectionTo(server, database, { username: `dumper_${count}`, password: secret }));
    const folder = mkdtempSync(join(tmpdir(), 'srd-backup-'));
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const text of ofProcesses(['cmdline', 'environ'])) seen.add(text);
    }, 5);
    const written = await session.backup(join(folder, 'copy.sql'), { timeoutMs: 60_000 }, never);
    clearInterval(watch);
    expect(written).toMatchObject({ type: 'done' });
    const text = readFileSync(join(folder, 'copy.sql'), 'utf8');
    for (const part of ['CREATE TABLE `t`', 'PROCEDURE `p`', 'EVENT `e`', 'TRIGGER r', 'Dump completed'])
      expect(text).toContain(part);
    expect([...seen].some((line) => line.includes('--single-transaction'))).toBe(true);
    expect([...seen].filter((line) => line.includes(secret))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('srdeploy-dump-'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is stopped with its whole group when it is cancelled or takes too long, and leaves no file', async () => {
    server.run('CREATE TABLE t (a longtext); INSERT INTO t SELECT REPEAT("x", 100000) FROM seq_1_to_400', database);
    const session = await open();
    const folder = mkdtempSync(join(tmpdir(), 'srd-backup-'));
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 20);
    expect(await session.backup(join(folder, 'a'), tenSeconds, cancel.signal)).toMatchObject({ cause: 'cancelled' });
    expect(await session.backup(join(folder, 'a'), { timeoutMs: 20 }, never)).toMatchObject({ cause: 'timeout' });
    expect(await session.backup(join(folder, 'a'), tenSeconds, AbortSignal.abort())).toMatchObject({
      cause: 'cancelled',
    });
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => ofProcesses(['cmdline']).filter((line) => line.includes(folder))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('fails with the words of the program', async () => {
    const session = await open();
    server.run(`DROP DATABASE ${database}`);
    const folder = mkdtempSync(join(tmpdir(), 'srd-backup-'));
    expect(await session.backup(join(folder, 'a'), tenSeconds, never)).toMatchObject({
      type: 'refused',
      cause: 'error',
      error: { message: expect.stringMatching(/^mariadb-dump ended with code \d+: .*Unknown database/s) },
    });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

/** What other processes of this machine can read of each other. */
function ofProcesses(files: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) =>
      files.map((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          return ''; // it ended between the two looks
        }
      }),
    );
}
