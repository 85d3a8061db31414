import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openFirebirdClient } from '../support/firebird-client.ts';
import { type FirebirdServer, startFirebird } from '../support/firebird-server.ts';
import { journalLines, killAtLine } from '../support/kill-run.ts';
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

let server: FirebirdServer;
let project: TestProject;
let count = 0;
let database: string;
beforeAll(async () => {
  server = await startFirebird();
});
afterAll(() => server.stop());
afterEach(() => project.remove());

const connectionTo = (path: string, changes: object = {}) => ({
  backend: 'firebird',
  host: server.host,
  port: server.port,
  database: path,
  username: server.username,
  password: '${env:TEST_DB_PASSWORD}',
  ...changes,
});

/** A project whose plan runs the given files in their order, on a fresh database. */
async function projectOf(scripts: Readonly<Record<string, string>>, steps?: readonly object[]): Promise<TestProject> {
  count += 1;
  database = server.createDatabase(`t${count}`);
  const plan = planDocument({
    target_env: { id: 'staging', name: 'Staging', backend: 'firebird', connection_ref: 'db' },
    steps: steps ?? Object.keys(scripts).map((file, i) => migration(`s${i + 1}`, file)),
  });
  const config = { project: 'test', connections: { db: connectionTo(database) }, targets: {} };
  project = await testProject(plan, scripts, config);
  return project;
}

const options = () => ({ cwd: project.folder, env: { TEST_DB_PASSWORD: server.password } });
async function rows(sql: string): Promise<readonly (readonly unknown[])[]> {
  const client = await openFirebirdClient({ ...server, port: server.port, database });
  try {
    return await client.run(sql);
  } finally {
    client.end();
  }
}
const numbers = async (sql: string) => (await rows(sql)).map(([n]) => n);
const history = () => rows('SELECT path, status, statement_index, in_flight FROM srdeploy_migrations ORDER BY path');
const step = ({ run }: RunAnswer, id: string) => run.operations.find((operation) => operation.id === id);

/** Counts to a number: about a second for 30 million, and no end at all for 0. */
const busy = (to: number) =>
  `EXECUTE BLOCK AS DECLARE i BIGINT = 0; BEGIN WHILE (i <> ${to === 0 ? -1 : to}) DO i = i + 1; INSERT INTO a VALUES (2); END`;
const SET_TERM = (statement: string) => `SET TERM ^ ;\n${statement}^\nSET TERM ; ^`;

/** Resolves when the server executes a statement that begins so. */
async function executing(words: string): Promise<void> {
  const sql = `SELECT 1 FROM MON$STATEMENTS WHERE MON$STATE = 1 AND MON$SQL_TEXT STARTING WITH '${words}'`;
  for (const end = Date.now() + 20_000; (await rows(sql)).length === 0; ) {
    if (Date.now() > end) throw new Error('It was not executed within 20 s.');
  }
}

describe('Firebird', () => {
  it('applies migrations with SET TERM and procedures, makes a backup, and settles a second run from the target', async () => {
    const scripts = {
      'm/V1__orders.sql':
        'CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, cents INT);\nINSERT INTO orders VALUES (1, 8980);',
      'm/V2__totals.sql':
        'SET TERM ^ ;\nCREATE PROCEDURE total RETURNS (sum_cents INT) AS\nBEGIN\n  SELECT SUM(cents) FROM orders INTO :sum_cents;\n  SUSPEND;\nEND^\nSET TERM ; ^\nUPDATE orders SET cents = (SELECT sum_cents FROM total) + 1;',
    };
    await projectOf(scripts, [
      { id: 'dump', name: 'Dump', type: 'backup', target: 'b/{run_id}/' },
      migration('s1', 'm/V1__orders.sql'),
      migration('s2', 'm/V2__totals.sql'),
      {
        id: 'look',
        name: 'Look',
        type: 'sql_check',
        sql: 'SELECT id FROM orders WHERE cents = 8981',
        expect: 'non_empty',
      },
    ]);
    const ran = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(ran, JSON.stringify(ran.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await history()).toEqual([
      ['m/V1__orders.sql', 'succeeded', 2, 0],
      ['m/V2__totals.sql', 'succeeded', 2, 0],
    ]);
    expect(readdirSync(join(project.folder, 'b', ran.json.run.id))).toEqual([expect.stringMatching(/\.fbk$/)]);
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
        'CREATE TABLE a (x INT);\nINSERT INTO a VALUES (1);\nINSERT INTO a (y)\nVALUES (2);\nINSERT INTO a VALUES (3);',
    };
    await projectOf(scripts);
    const failed = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(failed.code).toBe(8);
    expect(step(failed.json, 's1')).toMatchObject({
      status: 'failed',
      error: {
        code: 'SQL_ERROR',
        file: 'm/V1__a.sql',
        line: 3,
        column: 16,
        message: expect.stringContaining('Statements 1–2 of 4 are applied'),
      },
    });
    expect(await history()).toEqual([['m/V1__a.sql', 'started', 2, 0]]);
    await project.write('m/V1__a.sql', scripts['m/V1__a.sql'].replace('(y)', '(x)'));
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options());
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await numbers('SELECT x FROM a ORDER BY x')).toEqual([1, 2, 3]);
    expect(await history()).toEqual([['m/V1__a.sql', 'succeeded', 4, 0]]);
  });

  it('tells exactly what is done when the server was killed under a statement, and needs nobody to go on', async () => {
    await projectOf({
      'm/V1__a.sql': 'CREATE TABLE a (x INT);',
      'm/V2__b.sql': `INSERT INTO a VALUES (1);\n${SET_TERM(busy(0))}\nINSERT INTO a VALUES (3);`,
    });
    const run = startSrdeploy(['run', project.plan, '--json'], options());
    await executing('EXECUTE BLOCK');
    await server.kill();
    const ended = await run.ended;
    expect(ended.code).toBe(10);
    expect(step(JSON.parse(ended.stdout) as RunAnswer, 's2')).toMatchObject({
      status: 'unknown',
      attempts: 1,
      error: { code: 'CONNECTION_LOST', file: 'm/V2__b.sql', line: 3 },
    });
    await server.restart();
    expect(await history()).toEqual([
      ['m/V1__a.sql', 'succeeded', 1, 0],
      ['m/V2__b.sql', 'started', 1, 0],
    ]);
    await project.write('m/V2__b.sql', (await project.read('m/V2__b.sql')).replace('i <> -1', 'i <> 9'));
    const resumed = await srdeployJson<RunAnswer>(['resume', 'latest', '--yes'], options());
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await numbers('SELECT x FROM a ORDER BY x')).toEqual([1, 2, 3]);
  });

  it('asks a person about a statement in flight that acts outside of its transaction, and goes on as they say', async () => {
    const outside = busy(0).replace('INSERT', 'IN AUTONOMOUS TRANSACTION DO INSERT');
    await projectOf({ 'm/V1__a.sql': `CREATE TABLE a (x INT);\n${SET_TERM(outside)}\nINSERT INTO a VALUES (3);` });
    const run = startSrdeploy(['run', project.plan, '--json'], options());
    await executing('EXECUTE BLOCK');
    await server.kill();
    expect((await run.ended).code).toBe(10);
    await server.restart();
    expect(await history()).toEqual([['m/V1__a.sql', 'started', 1, 1]]);
    const asked = await srdeployJson<RunAnswer>(['resume', 'latest'], options());
    expect(asked.code).not.toBe(0);
    expect(JSON.stringify(asked.json)).toContain('--settle');
    const words = ['resume', 'latest', '--yes', '--settle', 's1=done', '--reason', 'looked'];
    const resumed = await srdeployJson<RunAnswer>(words, options());
    expect(resumed, JSON.stringify(resumed.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await numbers('SELECT x FROM a')).toEqual([3]);
  });

  it('kill -9 at ten random points: every statement is applied exactly once, and nobody is asked anything', async () => {
    const scripts: Record<string, string> = { 'm/V0__log.sql': 'CREATE TABLE log (n INT);' };
    const all = [...Array(25).keys()].map((n) => n + 1);
    for (const n of all)
      scripts[`m/V${n}__x.sql`] =
        `INSERT INTO log VALUES (${n});\nCREATE TABLE t${n} (x INT);\nINSERT INTO log VALUES (${n + 100});`;
    await projectOf(scripts);
    const random = seededRandom(11);
    let words: string[] = ['run', project.plan];
    for (let kill = 0; kill < 10; kill += 1) {
      const started = startSrdeploy(words, options());
      await killAtLine(started, project.folder, journalLines(project.folder) + 3 + Math.floor(random() * 12));
      words = ['resume', 'latest'];
    }
    const ended = await srdeploy(words, options());
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const expected = all.flatMap((n) => [n, n + 100]).sort((a, b) => a - b);
    expect(await numbers('SELECT n FROM log ORDER BY n')).toEqual(expected);
    expect(await numbers("SELECT COUNT(*) FROM srdeploy_migrations WHERE status = 'succeeded'")).toEqual([26]);
  }, 120_000);

  it('lets two projects that share a database apply a migration once', async () => {
    const scripts = { 'm/V1__a.sql': `CREATE TABLE a (x INT);\n${SET_TERM(busy(20_000_000))}` };
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
    expect(
      both.map(({ code }) => code),
      JSON.stringify(both),
    ).toEqual([0, 0]);
    expect(both.map(({ json }) => step(json, 's1')?.status).sort()).toEqual(['nothing-to-do', 'succeeded']);
    expect(await numbers('SELECT x FROM a')).toEqual([2]);
  });

  it('ends a statement at the time limit of its step, on the server too', async () => {
    const scripts = { 'm/V1__a.sql': `CREATE TABLE a (x INT);\n${SET_TERM(busy(0))}` };
    await projectOf(scripts, [migration('s1', 'm/V1__a.sql', { timeout_sec: 5 })]);
    const ended = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(ended.code).toBe(8);
    expect(step(ended.json, 's1')).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT', line: 3 } });
    expect(await history()).toEqual([['m/V1__a.sql', 'started', 1, 0]]);
    expect(await rows("SELECT 1 FROM MON$STATEMENTS WHERE MON$SQL_TEXT STARTING WITH 'EXECUTE BLOCK'")).toEqual([]);
  });

  it('lets no password out: not to a file, a log line, a process argument or its environment', async () => {
    const secret = server.password;
    await projectOf({ 'm/V1__a.sql': 'CREATE TABLE a (x INT);', 'm/V2__b.sql': `SELECT "${secret}" FROM a;` }, [
      { id: 'dump', name: 'Dump', type: 'backup', target: 'b/{run_id}/' },
      migration('s1', 'm/V1__a.sql'),
      migration('s2', 'm/V2__b.sql'),
    ]);
    const run = startSrdeploy(['run', project.plan], options());
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const line of ofProcesses(run.child.pid)) seen.add(line);
    }, 5);
    const ended = await run.ended;
    clearInterval(watch);
    expect(ended.code).toBe(8);
    expect(ended.stdout).toContain('Column unknown, ***');
    expect([...seen].some((line) => line.includes('gbak'))).toBe(true);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
    expect([...seen].filter((line) => line.includes(secret))).toEqual([]);
    for (const file of filesBelow(join(project.folder, '.srdeploy')))
      expect(readFileSync(file).includes(secret), file).toBe(false);
  });

  it('says that a database is not there, without the password', async () => {
    await projectOf({ 'm/V1__a.sql': 'CREATE TABLE a (x INT);' });
    const connection = connectionTo('/not/there.fdb');
    await project.write('deploy-config.json', JSON.stringify({ connections: { db: connection } }));
    const run = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(run).toMatchObject({ code: 8, json: { run: { error: { code: 'CONNECT_FAILED' } } } });
    expect(JSON.stringify(run.json)).toContain('Name a file or an alias that the server knows');
    expect(JSON.stringify(run)).not.toContain(server.password);
  });

  it('reaches a ScratchBird server through the emulation that its connection names', async () => {
    await projectOf({ 'm/V1__a.sql': `CREATE TABLE a (x INT);\n${SET_TERM(busy(5))}` });
    const plan = planDocument({
      target_env: { id: 'staging', name: 'Staging', backend: 'scratchbird', connection_ref: 'db' },
      steps: [migration('s1', 'm/V1__a.sql')],
    });
    await project.write(project.plan, JSON.stringify(plan));
    const configOf = (connection: object) => JSON.stringify({ connections: { db: connection } });
    await project.write('deploy-config.json', configOf(connectionTo(database, { backend: 'scratchbird' })));
    const refused = await srdeploy(['plan', project.plan], options());
    expect(refused.code).toBe(7);
    expect(refused.stdout + refused.stderr).toContain('"protocol": "postgresql", "mysql" or "firebird"');
    await project.write(
      'deploy-config.json',
      configOf(connectionTo(database, { backend: 'scratchbird', protocol: 'firebird' })),
    );
    const run = await srdeployJson<RunAnswer>(['run', project.plan], options());
    expect(run, JSON.stringify(run.json)).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(await numbers('SELECT x FROM a')).toEqual([2]);
  });
});

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
