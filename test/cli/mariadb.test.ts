import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { journalLines, killAtLine } from '../support/kill-run.ts';
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts';
import { seededRandom } from '../support/random.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let server: MariadbServer;
let project: TestProject;
let count = 0;
let database: string;
beforeAll(async () => {
  server = await startMariadb();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

const connectionTo = (name: string) => ({
  backend: 'mariadb',
  host: server.host,
  port: server.port,
  database: name,
  username: server.username,
  password: '${env:TEST_DB_PASSWORD}',
});

/** A project whose plan runs the given files in their order, on a fresh database. */
async function projectOf(scripts: Readonly<Record<string, string>>, steps?: readonly object[]): Promise<TestProject> {
  database = `t${++count}`;
  server.run(`CREATE DATABASE ${database}`);
  const plan = planDocument({
    target_env: { id: 'staging', name: 'Staging', backend: 'mysql', connection_ref: 'db' },
    steps: steps ?? Object.keys(scripts).map((file, i) => migration(`s${i + 1}`, file)),
  });
  const config = { project: 'test', connections: { db: connectionTo(database) }, targets: {} };
  project = await testProject(plan, scripts, config);
  return project;
}

const options = () => ({ cwd: project.folder, env: { TEST_DB_PASSWORD: server.password } });
const rows = (sql: string) => server.run(sql, database).trim().split('\n').filter(Boolean);
const history = () => rows('SELECT path, status, statement_index, in_flight FROM srdeploy_migrations ORDER BY path');
const step = ({ run }: RunAnswer, id: string) => run.operations.find((operation) => operation.id === id);

/** Resolves when the server executes a statement that begins so. */
async function executing(words: string): Promise<void> {
  const sql = `SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = '${database}' AND INFO LIKE '${words}%'`;
  await until(() => server.run(sql).trim() !== '');
}

describe('MariaDB', () => {
  it('applies migrations with procedures and DELIMITER, and settles a second run from the target', async () => {
    await projectOf({
      'm/V1__orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY, cents int);\nINSERT INTO orders VALUES (1, 8980);',
      'm/V2__totals.sql':
        "DELIMITER //\nCREATE PROCEDURE total() BEGIN SELECT SUM(cents) FROM orders; SELECT ';'; END//\nDELIMITER ;\nCALL total();",
    });
    const ran = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(ran, JSON.stringify(ran.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(history()).toEqual(['m/V1__orders.sql\tsucceeded\t2\t0', 'm/V2__totals.sql\tsucceeded\t2\t0']);
    const again = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(again.code).toBe(0);
    expect(step(again.json, 's1')).toMatchObject({ status: 'nothing-to-do' });
    const status = await srdeployJson<{ migrations: { state: string }[] }>(
      ['migration', 'status', project.plan],
      options(),
    );
    expect(status.json.migrations.map(({ state }) => state)).toEqual(['applied', 'applied']);
  });

  it('says where a step failed and what stays applied, and goes on from the mended statement', async () => {
    const scripts = {
      'm/V1__a.sql':
        'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nINSERT INTO a (y)\nVALUES (2);\nINSERT INTO a VALUES (3);',
    };
    await projectOf(scripts);
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(failed.code).toBe(8);
    expect(step(failed.json, 's1')).toMatchObject({
      status: 'failed',
      error: {
        code: 'SQL_ERROR',
        sqlstate: '42S22',
        file: 'm/V1__a.sql',
        line: 3,
        column: 16,
        message: expect.stringContaining('Statements 1–2 of 4 are applied'),
      },
    });
    expect(history()).toEqual(['m/V1__a.sql\tstarted\t2\t0']);
    await project.write('m/V1__a.sql', scripts['m/V1__a.sql'].replace('(y)', '(x)'));
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options());
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(rows('SELECT x FROM a ORDER BY x')).toEqual(['1', '2', '3']);
    expect(history()).toEqual(['m/V1__a.sql\tsucceeded\t4\t0']);
  });

  it('streams warnings to the log', async () => {
    await projectOf({ 'm/V1__a.sql': "SELECT 1 + 'half';" });
    const ended = await srdeploy(['run', project.plan], options());
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("WARNING: Truncated incorrect DOUBLE value: 'half' (1292)");
  });

  it('asks a person about DDL that was in flight when the server died, and goes on as they say', async () => {
    await projectOf({
      'm/V1__a.sql': 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);',
      'm/V2__b.sql': 'INSERT INTO a VALUES (2);\nCREATE TABLE b AS SELECT SLEEP(30) AS x;\nINSERT INTO a VALUES (3);',
    });
    const run = startSrdeploy(['run', project.plan, '--json'], options());
    await executing('CREATE TABLE b');
    await server.kill();
    const ended = await run.ended;
    expect(ended.code).toBe(10);
    expect(step(JSON.parse(ended.stdout) as RunAnswer, 's2')).toMatchObject({
      status: 'unknown',
      attempts: 1,
      error: { code: 'CONNECTION_LOST', file: 'm/V2__b.sql', line: 2 },
    });
    await server.restart();
    expect(history()).toEqual(['m/V1__a.sql\tsucceeded\t2\t0', 'm/V2__b.sql\tstarted\t1\t1']);
    expect(rows('SHOW TABLES')).toEqual(['a', 'srdeploy_migrations']);
    const asked = await srdeployJson<RunAnswer>(['resume', 'latest'], options());
    expect(asked.code).not.toBe(0);
    expect(JSON.stringify(asked.json)).toContain('--settle');
    expect(rows('SELECT x FROM a ORDER BY x')).toEqual(['1', '2']);
    await project.write('m/V2__b.sql', (await project.read('m/V2__b.sql')).replace('SLEEP(30)', 'SLEEP(0)'));
    const words = ['resume', 'latest', '--yes', '--settle', 's2=not-done', '--reason', 'there is no table b'];
    const resumed = await srdeployJson<RunAnswer>(words, options());
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(rows('SELECT x FROM a ORDER BY x')).toEqual(['1', '2', '3']);
    expect(history()[1]).toBe('m/V2__b.sql\tsucceeded\t3\t0');
  });

  it('needs nobody for rows that were in flight when the server died: it undid them', async () => {
    await projectOf({
      'm/V1__a.sql':
        'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nINSERT INTO a SELECT SLEEP(30);\nINSERT INTO a VALUES (3);',
    });
    const run = startSrdeploy(['run', project.plan], options());
    await executing('INSERT INTO a SELECT');
    await server.kill();
    expect((await run.ended).code).toBe(10);
    await server.restart();
    expect(history()).toEqual(['m/V1__a.sql\tstarted\t2\t0']);
    await project.write('m/V1__a.sql', (await project.read('m/V1__a.sql')).replace('SLEEP(30)', '2'));
    const resumed = await srdeploy(['resume', 'latest', '--yes'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(rows('SELECT x FROM a ORDER BY x')).toEqual(['1', '2', '3']);
  });

  it('waits for a server that still executes what a killed runner had sent', async () => {
    await projectOf({
      'm/V1__a.sql': 'CREATE TABLE a (x int);\nINSERT INTO a SELECT SLEEP(3);\nINSERT INTO a VALUES (1);',
    });
    const run = startSrdeploy(['run', project.plan], options());
    await executing('INSERT INTO a SELECT');
    run.child.kill('SIGKILL');
    await run.ended;
    const resumed = await srdeploy(['resume', 'latest'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('Waiting for the lock in the target: session ');
    expect(rows('SELECT x FROM a ORDER BY x')).toEqual(['0', '1']);
  });

  it('kill -9 at ten random points: every row is written exactly once, and whatever was in flight is asked about', async () => {
    const scripts: Record<string, string> = { 'm/V0__log.sql': 'CREATE TABLE log (n int);' };
    const numbers = [...Array(25).keys()].map((n) => n + 1);
    for (const n of numbers)
      scripts[`m/V${n}__x.sql`] =
        `INSERT INTO log VALUES (${n});\nCREATE TABLE t${n} (x int);\nINSERT INTO log VALUES (${n + 100});`;
    await projectOf(scripts);
    const random = seededRandom(11);
    let words: string[] = ['run', project.plan];
    for (let kill = 0; kill < 10; kill += 1) {
      const started = startSrdeploy(words, options());
      await killAtLine(started, project.folder, journalLines(project.folder) + 3 + Math.floor(random() * 12));
      words = ['resume', 'latest', ...settlements()];
    }
    for (let n = 0; ; n += 1) {
      const ended = await srdeploy(['resume', 'latest', ...settlements()], options());
      if (ended.code === 0) break;
      expect(n, ended.stdout + ended.stderr).toBeLessThan(3);
    }
    const expected = numbers.flatMap((n) => [n, n + 100]).sort((a, b) => a - b);
    expect(rows('SELECT n FROM log ORDER BY n').map(Number)).toEqual(expected);
    expect(rows("SELECT COUNT(*) FROM srdeploy_migrations WHERE status = 'succeeded'")).toEqual(['26']);
  }, 120_000);

  /** What a person says who looks whether the table in flight is there. */
  function settlements(): string[] {
    if (rows("SHOW TABLES LIKE 'srdeploy_migrations'").length === 0) return [];
    return rows('SELECT path FROM srdeploy_migrations WHERE in_flight = 1').flatMap((path) => {
      const n = /V(\d+)__/.exec(path)?.[1];
      const isThere = rows(`SHOW TABLES LIKE '${n === '0' ? 'log' : `t${n}`}'`).length > 0;
      return ['--settle', `s${Number(n) + 1}=${isThere ? 'done' : 'not-done'}`, '--reason', 'looked'];
    });
  }

  it('lets two projects that share a database apply a migration once', async () => {
    const scripts = { 'm/V1__a.sql': 'CREATE TABLE a (x int);\nINSERT INTO a SELECT SLEEP(1);' };
    await projectOf(scripts);
    const first = project;
    const second = await testProject(
      JSON.parse(await first.read(first.plan)) as object,
      scripts,
      JSON.parse(await first.read('deploy-config.json')) as object,
    );
    const both = await Promise.all(
      [first, second].map(({ folder, plan }) =>
        srdeployJson<RunAnswer>(['run', plan], { cwd: folder, env: { TEST_DB_PASSWORD: server.password } }),
      ),
    );
    await second.remove();
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ json }) => step(json, 's1')?.status).sort()).toEqual(['nothing-to-do', 'succeeded']);
    expect(rows('SELECT x FROM a')).toEqual(['0']);
  });

  it('ends a statement at the time limit of its step, on the server too', async () => {
    const scripts = { 'm/V1__a.sql': 'CREATE TABLE a (x int);\nINSERT INTO a SELECT SLEEP(60);' };
    await projectOf(scripts, [migration('s1', 'm/V1__a.sql', { timeout_sec: 1 })]);
    const ended = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(ended.code).toBe(8);
    expect(step(ended.json, 's1')).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT', line: 2 } });
    expect(history()).toEqual(['m/V1__a.sql\tstarted\t1\t0']);
    expect(server.run(`SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT%SLEEP%'`)).toBe('');
  });

  it('lets no password out: not to a file, a log line, a process argument or its environment, also when the server echoes it', async () => {
    const secret = server.password;
    await projectOf({ 'm/V1__a.sql': 'SELECT 1;', 'm/V2__b.sql': 'SELECT 2;' }, [
      { id: 'dump', name: 'Dump', type: 'backup', target: 'b/{run_id}/' },
      migration('s1', 'm/V1__a.sql'),
      migration('s2', 'm/V2__b.sql'),
    ]);
    await project.write(
      'm/V1__a.sql',
      `SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'password is ${secret}';\nDO SLEEP(0.5);`,
    );
    await project.write('m/V2__b.sql', `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cannot log in with ${secret}';`);
    const run = startSrdeploy(['run', project.plan], options());
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const line of ofProcesses(run.child.pid)) seen.add(line);
    }, 5);
    const ended = await run.ended;
    clearInterval(watch);
    expect(ended.code).toBe(8);
    expect(ended.stdout).toContain('WARNING: password is ***');
    expect(ended.stdout).toContain('cannot log in with ***');
    expect([...seen].some((line) => line.includes('mariadb-dump'))).toBe(true);
    const base64 = Buffer.from(secret).toString('base64').slice(0, -2);
    for (const form of [secret, base64, Buffer.from(secret).toString('hex')]) {
      expect(ended.stdout + ended.stderr).not.toContain(form);
      expect([...seen].filter((line) => line.includes(form))).toEqual([]);
      for (const file of filesBelow(join(project.folder, '.srdeploy')))
        expect(readFileSync(file).includes(form), file).toBe(false);
    }
  });

  it('says that a server cannot be reached and what to look at, without the password', async () => {
    await projectOf({ 'm/V1__a.sql': 'SELECT 1;' });
    const connection = { ...connectionTo(database), port: 1 };
    await project.write('deploy-config.json', JSON.stringify({ connections: { db: connection } }));
    const run = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(run).toMatchObject({ code: 8, json: { run: { error: { code: 'CONNECT_FAILED' } } } });
    expect(JSON.stringify(run.json)).toContain('Check host and port of the connection');
    expect(JSON.stringify(run)).not.toContain(server.password);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isTrue(); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() > end) throw new Error('It did not come to pass within 20 s.');
  }
}

/** Arguments of every process, and the environment of those that a run has started. */
function ofProcesses(run: number | undefined): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const isStarted = environment.includes('SRDEPLOY_RUN=') && Number(pid) !== run;
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8'), ...(isStarted ? [withoutOurs(environment)] : [])];
      } catch {
        return []; // It ended in between.
      }
    });
}

/** The variable that the password comes from is the user's own, and whatever a run starts has it. */
const withoutOurs = (environment: string): string =>
  environment
    .split('\0')
    .filter((entry) => !entry.startsWith('TEST_DB_PASSWORD='))
    .join('\0');

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
