import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun } from '../support/kill-run.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { rowsIn } from '../support/sqlite-file.ts';
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

let server: PostgresServer;
let project: TestProject;
let name = '';
let databases = 0;
const clients: pg.Client[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
  await project.remove();
});

async function client(database: string): Promise<pg.Client> {
  const { host, port, username: user, password } = server;
  const opened = new pg.Client({ host, port, user, password, database });
  await opened.connect();
  clients.push(opened);
  return opened;
}

/** One connection for each question: what asks until something is so must not fill the server. */
async function query(sql: string, database = name): Promise<Record<string, unknown>[]> {
  const { host, port, username: user, password } = server;
  const asking = new pg.Client({ host, port, user, password, database });
  await asking.connect();
  try {
    return (await asking.query(sql)).rows;
  } finally {
    await asking.end();
  }
}
const environment = () => ({ TEST_DB_PASSWORD: server.password });
const options = () => ({ cwd: project.folder, env: environment() });
const steps = (files: Readonly<Record<string, string>>) =>
  Object.keys(files).map((path, i) => migration(`s${i + 1}`, path));
const document = (files: Readonly<Record<string, string>>, backend = 'postgresql') =>
  planDocument({ target_env: { id: 'staging', name: 'Staging', backend, connection_ref: 'db' }, steps: steps(files) });

/** A project with its migrations in a plan, and a database of its own. */
async function projectOf(files: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
  name = `probe${++databases}`;
  await query(`CREATE DATABASE ${name}`, server.database);
  const { host, port, username } = server;
  const db = { backend: 'postgresql', host, port, database: name, username, password: '${env:TEST_DB_PASSWORD}' };
  project = await testProject(document(files), files, { project: 'probe', connections: { db }, targets: {}, ...more });
}

const replan = (files: Readonly<Record<string, string>>) =>
  project.write(project.plan, JSON.stringify(document(files)));
const run = () => srdeployJson<RunAnswer>(['run', project.plan], options());
const stepOf = (answer: RunAnswer, id: string) => answer.run.operations.find((one) => one.id === id);

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isTrue()); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error('It did not come to pass within 30 s.');
}

/** A session of the test's own, apart from the questions that it asks meanwhile. */
const isRunning = (part: string) => async () =>
  (
    await query(
      `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '${part}%' AND pid <> pg_backend_pid()`,
    )
  ).length > 0;

const two = {
  'm/V1__a.sql': 'CREATE TABLE a (x integer);\n',
  'm/V2__b.sql': 'CREATE TABLE b (x integer);\n',
};

describe('the probes of migration tools, on PostgreSQL', () => {
  it('S1: an applied file that was edited is found, with the difference; S1b: also beside a new pending one', async () => {
    await projectOf(two);
    expect((await run()).code).toBe(0);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x integer, y integer);\n');
    const files = { ...two, 'm/V3__c.sql': 'CREATE TABLE c (x integer);' };
    await project.write('m/V3__c.sql', files['m/V3__c.sql']);
    await replan(files);
    const ended = await srdeploy(['run', project.plan], options());
    expect(ended.code).toBe(7);
    expect(ended.stdout + ended.stderr).toContain('MIGRATION_CHANGED');
    expect(await query("SELECT to_regclass('c') AS c")).toEqual([{ c: null }]);
  });

  it('S2: line ends, comments and white space are no change', async () => {
    await projectOf(two);
    await run();
    await project.write('m/V1__a.sql', '-- a licence\r\nCREATE   TABLE a (\r\n  x integer);\r\n');
    const again = await run();
    expect(again).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect(stepOf(again.json, 's1')?.status).toBe('nothing-to-do');
  });

  it('S3: a plan that names a file out of order is told so and applies it', async () => {
    const first = { 'm/V1__a.sql': two['m/V1__a.sql'], 'm/V3__c.sql': 'CREATE TABLE c (x integer);' };
    await projectOf(first);
    await run();
    await project.write('m/V2__b.sql', two['m/V2__b.sql']);
    await replan({ ...first, 'm/V2__b.sql': '' });
    const planned = await srdeploy(['plan', project.plan], options());
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('OUT_OF_ORDER');
    expect((await run()).code).toBe(0);
  });

  it('S4: an applied file that is gone is shown as missing', async () => {
    await projectOf(two);
    await run();
    await replan({ 'm/V2__b.sql': '' });
    await srdeploy(['plan', project.plan], options());
    const { rm } = await import('node:fs/promises');
    await rm(`${project.folder}/m/V1__a.sql`);
    const status = await srdeployJson<{ migrations: { file: string; state: string }[] }>(
      ['migration', 'status', project.plan],
      options(),
    );
    expect(status.json.migrations).toContainEqual(expect.objectContaining({ file: 'm/V1__a.sql', state: 'missing' }));
  });

  it('S5: of two runners at once the second waits, and everything is applied once', async () => {
    await projectOf({ 'm/V1__a.sql': 'CREATE TABLE a (x integer);\nSELECT pg_sleep(1);\nINSERT INTO a VALUES (1);' });
    const both = await Promise.all([
      srdeploy(['run', project.plan], options()),
      srdeploy(['run', project.plan], options()),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await query('SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('S6: two CONCURRENTLY in one file run one by one', async () => {
    await projectOf({
      'm/V1__a.sql': 'CREATE TABLE a (x integer, y integer);',
      'm/V2__i.sql': 'CREATE INDEX CONCURRENTLY i1 ON a (x);\nCREATE INDEX CONCURRENTLY i2 ON a (y);\n',
    });
    const planned = await srdeploy(['plan', project.plan], options());
    expect(planned.stdout).toContain('runs statement by statement: CREATE INDEX CONCURRENTLY');
    const ran = await run();
    expect(ran.code).toBe(0);
    expect(stepOf(ran.json, 's2')?.detail).toContain('2 statements, one by one');
    expect(await query("SELECT relname FROM pg_class WHERE relname ~ '^i[12]$' ORDER BY 1")).toEqual([
      { relname: 'i1' },
      { relname: 'i2' },
    ]);
  });

  it('S7: kill -9 in the middle of a statement: the resume waits for the server and applies it once', async () => {
    await projectOf({ 'm/V1__a.sql': 'CREATE TABLE a (x integer);\nSELECT pg_sleep(2);\nINSERT INTO a VALUES (1);' });
    const started = startSrdeploy(['run', project.plan], options());
    await until(isRunning('SELECT pg_sleep'));
    started.child.kill('SIGKILL');
    await started.ended;
    const resumed = await srdeploy(['resume', 'latest'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(await query('SELECT x FROM a')).toEqual([{ x: 1 }]);
  });

  it('S8: a second file that fails leaves the first; mended, it is applied', async () => {
    await projectOf({ ...two, 'm/V2__b.sql': 'CREATE TABLE b (x integer);\nINSERT INTO nowhere VALUES (1);' });
    const failed = await run();
    expect(failed.code).toBe(8);
    expect(stepOf(failed.json, 's2')?.error).toMatchObject({ code: 'SQL_ERROR', line: 2, column: 13 });
    expect(await query("SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('b') AS b")).toEqual([
      { a: true, b: null },
    ]);
    await project.write('m/V2__b.sql', two['m/V2__b.sql']);
    expect((await srdeploy(['resume', 'latest', '--yes'], options())).code).toBe(0);
  });

  it.each([
    [
      'S9: a function body with semicolons in $$',
      'CREATE FUNCTION f() RETURNS integer AS $$ BEGIN PERFORM 1; RETURN 2; END; $$ LANGUAGE plpgsql;',
      'SELECT f() AS v',
      2,
    ],
    [
      'S11: a body with IF … END IF and nested $$',
      'CREATE FUNCTION f() RETURNS integer AS $f$ BEGIN IF true THEN EXECUTE $$SELECT 1; $$; END IF; RETURN 3; END; $f$ LANGUAGE plpgsql;',
      'SELECT f() AS v',
      3,
    ],
    [
      'S12: a body in SQL with BEGIN ATOMIC',
      'CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 4; END;\nSELECT 1;',
      'SELECT f() AS v',
      4,
    ],
    [
      'S10: COPY FROM stdin with data',
      'CREATE TABLE a (x integer, t text);\nCOPY a (x, t) FROM stdin;\n1\tone; two\n2\t\\N\n\\.\nINSERT INTO a VALUES (3, NULL);',
      'SELECT sum(x)::integer AS v FROM a',
      6,
    ],
    [
      'S13: psql’s \\set and :var',
      "\\set who 'world'\nCREATE TABLE a (t text);\nINSERT INTO a VALUES (:'who');\n\\echo done",
      'SELECT length(t) AS v FROM a',
      5,
    ],
  ])('%s', async (_probe, script, sql, value) => {
    await projectOf({ 'm/V1__a.sql': script });
    const ran = await run();
    expect(ran.code, JSON.stringify(ran.json)).toBe(0);
    expect(await query(sql)).toEqual([{ v: value }]);
  });
});

describe('locks that others hold', () => {
  it('a migration that waits in vain lets the others through, and is applied when the lock is free', async () => {
    const config = { migrations: { lock_timeout_ms: 300, lock_retries: 50 } };
    await projectOf({ 'm/V1__a.sql': 'ALTER TABLE busy ADD COLUMN y integer;' }, config);
    const holder = await client(name);
    await holder.query('CREATE TABLE busy (x integer)');
    await holder.query('BEGIN; LOCK TABLE busy IN ACCESS SHARE MODE');
    const started = startSrdeploy(['run', project.plan], options());
    await started.printed('Waited 0.3 s in vain for a lock that others hold');
    await holder.query('COMMIT');
    const ended = await started.ended;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(await query('SELECT y FROM busy')).toEqual([]);
  });
});

describe('an index that was left invalid', () => {
  it('is dropped when its statement is tried again', async () => {
    await projectOf({
      'm/V1__a.sql': 'CREATE TABLE a (x integer);\nINSERT INTO a VALUES (1), (1);',
      'm/V2__i.sql': 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS once ON a (x);',
    });
    const failed = await run();
    expect(failed.code).toBe(8);
    expect(stepOf(failed.json, 's2')?.error?.message).toContain('Mend statement 1 and resume.');
    await query('DELETE FROM a');
    const resumed = await srdeploy(['resume', 'latest'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(await query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'once'::regclass")).toEqual([
      { indisvalid: true },
    ]);
  });
});

describe('kill -9 in a file that no transaction takes', () => {
  const slow = `CREATE FUNCTION slow(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN $1; END $$;
CREATE TABLE a (x integer);
INSERT INTO a SELECT generate_series(1, 3);
CREATE INDEX CONCURRENTLY i ON a (slow(x));
CREATE TABLE c (x integer);
`;

  it('asks what became of the statement in flight, and goes on as a person says', async () => {
    await projectOf({ 'm/V1__a.sql': slow });
    const started = startSrdeploy(['run', project.plan], options());
    await until(isRunning('CREATE INDEX CONCURRENTLY'));
    started.child.kill('SIGKILL');
    await started.ended;
    const asked = await srdeployJson<RunAnswer>(['resume', 'latest'], options());
    expect(asked.code).toBe(10);
    const { error, status } = stepOf(asked.json, 's1') ?? {};
    expect(status).toBe('unknown');
    expect(error).toMatchObject({ code: 'STATEMENT_IN_FLIGHT', file: 'm/V1__a.sql', line: 4 });
    expect(error?.message).toContain('Statement 4 of 5');
    expect(error?.message).toMatch(/The target has (the|no) index i now/);

    const unfounded = await srdeploy(['resume', 'latest', '--settle', 's1=done'], options());
    expect(unfounded).toMatchObject({ code: 7, stderr: expect.stringContaining('needs a reason') });
    const settle = ['resume', onlyRun(project.folder), '--settle', 's1=not-done', '--reason', 'pg_index says so'];
    const resumed = await srdeploy(settle, options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('says that statement 4 was not done: pg_index says so');
    expect(await query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")).toEqual([
      { indisvalid: true },
    ]);
    expect(await query('SELECT count(*)::integer AS n FROM a')).toEqual([{ n: 3 }]);
    expect(await query('SELECT status, reason FROM srdeploy_migrations')).toMatchObject([
      { status: 'succeeded', reason: expect.stringContaining('pg_index says so') },
    ]);
  }, 60_000);

  it('goes on by itself where it came between two statements', async () => {
    await projectOf({
      'm/V1__a.sql':
        '-- srdeploy: no-transaction\nCREATE TABLE a (x integer);\nSELECT pg_sleep(1);\nINSERT INTO a VALUES (1);\n',
    });
    const started = startSrdeploy(['run', project.plan], options());
    await until(isRunning('SELECT pg_sleep'));
    started.child.kill('SIGKILL');
    await started.ended;
    const resumed = await srdeploy(['resume', 'latest'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toMatch(/Goes on at statement [23] of 3/);
    expect(await query('SELECT x FROM a')).toEqual([{ x: 1 }]);
  });
});

describe('a renamed file', () => {
  it('has its row moved in the target, and nothing is run again', async () => {
    await projectOf(two);
    await run();
    const { rename } = await import('node:fs/promises');
    await rename(`${project.folder}/m/V2__b.sql`, `${project.folder}/m/V2__better.sql`);
    await replan({ 'm/V1__a.sql': '', 'm/V2__better.sql': '' });
    const moved = await run();
    expect(moved.code).toBe(0);
    expect(stepOf(moved.json, 's2')).toMatchObject({ status: 'nothing-to-do', detail: 'renamed from m/V2__b.sql' });
    expect(await query('SELECT path FROM srdeploy_migrations ORDER BY path')).toEqual([
      { path: 'm/V1__a.sql' },
      { path: 'm/V2__better.sql' },
    ]);
  });
});

describe('placeholders and included files', () => {
  it('are replaced by the target’s variables, read from the project, and their errors have their places', async () => {
    const files = {
      'm/V1__a.sql': '-- srdeploy: placeholders\nCREATE SCHEMA ${schema};\n\\i m/parts/table.sql\n',
    };
    name = `probe${++databases}`;
    await query(`CREATE DATABASE ${name}`, server.database);
    const { host, port, username } = server;
    const db = { backend: 'postgresql', host, port, database: name, username, password: '${env:TEST_DB_PASSWORD}' };
    const config = {
      project: 'probe',
      connections: { db },
      targets: { staging: { connection_ref: 'db', variables: { schema: 'tenant_a' } } },
    };
    project = await testProject(document(files), { ...files, 'm/parts/table.sql': 'SELECT 1;\nSELECT oops;' }, config);
    const failed = await run();
    expect(stepOf(failed.json, 's1')?.error).toMatchObject({ file: 'm/parts/table.sql', line: 2, column: 8 });
    await project.write('m/parts/table.sql', 'CREATE TABLE ${schema}.t (x integer);');
    const resumed = await srdeploy(['resume', 'latest', '--yes'], options());
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(await query("SELECT to_regclass('tenant_a.t') IS NOT NULL AS there")).toEqual([{ there: true }]);
  });
});

describe('the foreign-key trap of SQLite', () => {
  const parent =
    'CREATE TABLE parent (id integer PRIMARY KEY, name text);\nCREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent ON DELETE CASCADE);\nINSERT INTO parent VALUES (1, $$x$$);'.replaceAll(
      '$$',
      "'",
    );
  const rows = '\nINSERT INTO child VALUES (1, 1), (2, 1);\n';
  const rebuild =
    'CREATE TABLE parent_new (id integer PRIMARY KEY, name text NOT NULL);\nINSERT INTO parent_new SELECT id, name FROM parent;\nDROP TABLE parent;\nALTER TABLE parent_new RENAME TO parent;\n';

  it.each([
    ['as people write it, with the pragma inside', `PRAGMA foreign_keys=OFF;\n${rebuild}PRAGMA foreign_keys=ON;\n`],
    ['without the pragma', rebuild],
    ['with foreign keys switched on before', `PRAGMA foreign_keys=ON;\n${rebuild}`],
    [
      'statement by statement',
      `-- srdeploy: no-transaction\nPRAGMA foreign_keys=OFF;\n${rebuild}PRAGMA foreign_keys=ON;\n`,
    ],
    ['statement by statement without the pragma', `-- srdeploy: no-transaction\n${rebuild}`],
  ])('keeps the rows of the child table: %s', async (_way, script) => {
    const files = { 'm/V1__a.sql': parent + rows, 'm/V2__b.sql': script };
    project = await testProject(document(files, 'sqlite'), files);
    const ran = await srdeploy(['run', project.plan], { cwd: project.folder });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(rowsIn(`${project.folder}/data.db`, 'SELECT count(*) AS n FROM child')).toEqual([{ n: 2 }]);
  });

  it('refuses a migration that leaves rows without their parent, and rolls it back', async () => {
    const files = { 'm/V1__a.sql': parent + rows, 'm/V2__b.sql': 'DELETE FROM parent;' };
    project = await testProject(document(files, 'sqlite'), files);
    const ran = await srdeploy(['run', project.plan], { cwd: project.folder });
    expect(ran.code).toBe(8);
    expect(ran.stdout).toContain('break foreign keys');
    expect(rowsIn(`${project.folder}/data.db`, 'SELECT count(*) AS n FROM parent')).toEqual([{ n: 1 }]);
  });
});
