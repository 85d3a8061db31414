import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetView } from '../../core/index.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x integer);',
  'm/V2__b.sql': 'CREATE TABLE b (x integer);\nINSERT INTO b SELECT x FROM a;',
};
const tenants = (count: number) => [...Array(count).keys()].map((n) => `tenant-${String(n + 1).padStart(2, '0')}`);

/** Tenants with a database each, all of one schema. */
async function tenantProject(
  count: number,
  more: { kind?: string; [field: string]: unknown } = {},
): Promise<TestProject> {
  const ids = tenants(count);
  const made = await testProject({}, files, {
    project: 'test',
    connections: Object.fromEntries(ids.map((id) => [id, { backend: 'sqlite', file: `data/${id}.db` }])),
    targets: Object.fromEntries(ids.map((id) => [id, { connection_ref: id, ...more }])),
  });
  await rm(join(made.folder, made.plan));
  return made;
}

interface FleetAnswer {
  readonly fleet: FleetView;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly { readonly code: string; readonly message: string }[];
    readonly needs?: readonly { readonly type: string }[];
  };
}
const json = (...words: readonly string[]) => srdeployJson<FleetAnswer>(words, { cwd: project.folder });
const apply = (...more: readonly string[]) => json('migration', 'apply', 'm', ...more);
const show = (word = 'latest') => json('fleet', 'show', word);
const statusOf = (fleet: FleetView, target: string) => fleet.targets.find((one) => one.target === target)?.status;
const tablesOf = (target: string) =>
  rowsIn(
    join(project.folder, `data/${target}.db`),
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('a','b','c')",
  ).length;
const runsMade = () =>
  existsSync(join(project.folder, '.srdeploy/runs')) ? readdirSync(join(project.folder, '.srdeploy/runs')) : [];

/** Makes the second migration fail on a target: the table is there already. */
const breakTarget = (target: string) => {
  mkdirSync(join(project.folder, 'data'), { recursive: true });
  rowsIn(join(project.folder, `data/${target}.db`), 'CREATE TABLE b (other integer)');
};
const mend = (target: string) => {
  rowsIn(join(project.folder, `data/${target}.db`), 'DROP TABLE b');
};

describe('srdeploy run --targets', () => {
  it('runs a folder on twenty databases, each a run of its own under one fleet, and leaves out nothing but what failed', async () => {
    project = await tenantProject(20);
    await srdeploy(['migration', 'apply', 'm', '--target', 'tenant-07', '--to', 'V1'], { cwd: project.folder });
    breakTarget('tenant-07');
    const { code, json: answer } = await apply('--targets', 'tenant-*', '--parallel', '4', '--max-failures', '0');
    expect(code).toBe(8);
    const { fleet } = answer;
    expect(fleet.counts).toMatchObject({ total: 20, succeeded: 19, failed: 1, migrations: 38 });
    expect(fleet.targets.map(({ target }) => target)).toEqual(tenants(20));
    expect(fleet.targets.find(({ target }) => target === 'tenant-07')).toMatchObject({
      status: 'failed',
      migrations: 0,
      error: { file: 'm/V2__b.sql', line: 1, operation: 'V2__b', message: expect.stringContaining('already exists') },
    });
    expect(answer.error).toMatchObject({
      code: 'FLEET_INCOMPLETE',
      message: expect.stringContaining('19 of 20 targets succeeded, 1 failed'),
    });
    for (const target of tenants(20)) if (target !== 'tenant-07') expect(tablesOf(target)).toBe(2);
    const runs = await srdeployJson<{ runs: { fleet?: string }[] }>(['runs', 'list', '--limit', '50'], {
      cwd: project.folder,
    });
    expect(runs.json.runs.filter((run) => run.fleet === fleet.id)).toHaveLength(20);
    const shown = await show();
    expect(shown.json.fleet).toMatchObject({ id: fleet.id, status: 'failed', counts: fleet.counts });
    const all = await srdeployJson<{ fleets: FleetView[] }>(['fleet', 'list'], { cwd: project.folder });
    expect(all.json.fleets).toMatchObject([{ id: fleet.id, status: 'failed' }]);
  });

  it('stops after the first failure, and a resume makes the next attempt of that run and begins the rest', async () => {
    project = await tenantProject(5);
    breakTarget('tenant-02');
    const { code, json: first } = await apply('--targets', 'tenant-*');
    expect(code).toBe(8);
    expect(first.fleet).toMatchObject({ stopped: 'failures', counts: { succeeded: 1, failed: 1, not_started: 3 } });
    expect(existsSync(join(project.folder, 'data/tenant-03.db'))).toBe(false);

    const again = await json('fleet', 'resume', first.fleet.id);
    expect(again).toMatchObject({ code: 8, json: { fleet: { counts: { succeeded: 1, failed: 1, not_started: 3 } } } });

    mend('tenant-02');
    const { code: ended, json: last } = await json('resume', first.fleet.id);
    expect(ended).toBe(0);
    expect(last.fleet).toMatchObject({ status: 'succeeded', attempts: 3, counts: { succeeded: 5, migrations: 10 } });
    const [untouched, mended] = last.fleet.targets;
    expect(untouched).toMatchObject({ run: first.fleet.targets[0]?.run, attempts: 1 });
    expect(mended).toMatchObject({ run: first.fleet.targets[1]?.run, attempts: 3 });
    expect(runsMade()).toHaveLength(5);
    expect(await json('fleet', 'resume', first.fleet.id)).toMatchObject({
      code: 7,
      json: { error: { code: 'NOT_RESUMABLE' } },
    });
  });

  it('runs a mended script only where it is confirmed, on the failed and on those that were never started', async () => {
    project = await tenantProject(3);
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer);\nINSERT INTO b SELECT nope FROM a;');
    const { json: first } = await apply('--targets', 'tenant-01,tenant-02', '--targets', 'tenant-03');
    expect(first.fleet.counts).toMatchObject({ failed: 1, not_started: 2 });
    await project.write('m/V2__b.sql', files['m/V2__b.sql']);
    await project.write('m/V3__late.sql', 'CREATE TABLE c (x integer);');
    const refused = await json('fleet', 'resume', 'latest');
    expect(refused).toMatchObject({ code: 6, json: { error: { needs: [{ type: 'confirm-amendment' }] } } });
    const { code, json: last } = await json('fleet', 'resume', 'latest', '--yes');
    expect(code).toBe(0);
    expect(last.fleet.counts).toMatchObject({ total: 3, succeeded: 3 });
    // What came into the folder since belongs to none of them.
    for (const target of tenants(3)) expect(tablesOf(target)).toBe(2);
  });

  it('runs a plan document on each target', async () => {
    project = await tenantProject(2);
    await project.write('plan.srdeploy', JSON.stringify(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] })));
    const { code, json: answer } = await json('run', 'plan.srdeploy', '--targets', 'tenant-02,tenant-01');
    expect(code).toBe(0);
    expect(answer.fleet.targets.map(({ target }) => target)).toEqual(['tenant-02', 'tenant-01']);
    expect(tablesOf('tenant-02')).toBe(1);
  });

  it('prints a line a target, what failed with its place, and the counts', async () => {
    project = await tenantProject(3);
    breakTarget('tenant-03');
    const { code, stdout } = await srdeploy(['migration', 'apply', 'm', '--targets', 'tenant-*'], {
      cwd: project.folder,
    });
    expect(code).toBe(8);
    expect(stdout).toMatch(/✓ tenant-01 {2}2 migrations {2}\d/);
    expect(stdout).toMatch(/✗ tenant-03 {2}failed {2}\d.*\n {4}m\/V2__b\.sql:1 \w+ .*already exists/);
    expect(stdout).toMatch(
      /2 of 3 targets succeeded, 1 failed; 5 migrations applied\.\nResume what is left with: srdeploy fleet resume fleet-/,
    );
  });

  it('prints events with their target', async () => {
    project = await tenantProject(2);
    const { stdout } = await srdeploy(
      ['migration', 'apply', 'm', '--targets', 'tenant-*', '--parallel', '2', '--events'],
      { cwd: project.folder },
    );
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; target: string; run: string; fleet: string });
    for (const target of tenants(2)) {
      const own = events.filter((event) => event.target === target);
      expect(own.at(0)?.type).toBe('run.created');
      expect(own.at(-1)?.type).toBe('run.finished');
      expect(new Set(own.map(({ run, fleet }) => `${run} ${fleet}`)).size).toBe(1);
    }
  });

  it('shows what it would do and does nothing with --dry-run', async () => {
    project = await tenantProject(3);
    const { code, stdout } = await srdeploy(['run', 'm', '--targets', 'tenant-*', '--dry-run'], {
      cwd: project.folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('3 targets, in this order:');
    expect(stdout).toMatch(/tenant-02 {2}2 migrations/);
    expect(existsSync(join(project.folder, '.srdeploy'))).toBe(false);
    expect(existsSync(join(project.folder, 'data'))).toBe(false);
  });
});

describe('what is wrong with a fleet', () => {
  const codes = ({ json: answer }: { json: FleetAnswer }) =>
    answer.error?.problems?.map(({ code }) => code) ?? [answer.error?.code];

  it('is told at once for all targets, and nothing is run', async () => {
    project = await testProject({}, files, {
      connections: {
        good: { backend: 'sqlite', file: 'data/good.db' },
        pg: {
          backend: 'postgresql',
          host: '127.0.0.1',
          port: 1,
          database: 'x',
          username: 'u',
          password: '${env:NOT_SET_HERE}',
        },
        other: {
          backend: 'postgresql',
          host: '127.0.0.1',
          port: 1,
          database: 'x',
          username: 'u',
          password: '${env:NOT_SET_EITHER}',
        },
      },
      targets: Object.fromEntries(['good', 'pg', 'other'].map((id) => [`t-${id}`, { connection_ref: id }])),
    });
    const missing = await apply('--targets', 't-*');
    expect(missing.code).toBe(7);
    expect(missing.json.error?.message).toContain('2 of 3 targets cannot run');
    expect(missing.json.error?.problems?.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^t-pg: .*NOT_SET_HERE/),
      expect.stringMatching(/^t-other: .*NOT_SET_EITHER/),
    ]);
    expect(codes(await apply('--targets', 'good,t-good,nope', '--targets', 'x-*'))).toEqual([
      'UNKNOWN_TARGET',
      'UNKNOWN_TARGET',
      'NO_TARGET_MATCHES',
    ]);
    expect(runsMade()).toEqual([]);
    expect(existsSync(join(project.folder, 'data'))).toBe(false);
  });

  it('is a script that cannot be read as SQL, told once', async () => {
    project = await tenantProject(3);
    await project.write('m/V2__b.sql', "INSERT INTO a VALUES ('open");
    const { code, json: answer } = await apply('--targets', 'tenant-*');
    expect(code).toBe(7);
    expect(answer.error?.problems).toHaveLength(1);
    expect(runsMade()).toEqual([]);
  });

  it.each([
    [['--targets', 'tenant-01', '--target', 'tenant-01'], 'USAGE'],
    [['--target', 'tenant-01', '--max-failures', '2'], 'USAGE'],
    [['--targets', 'tenant-01', '--detach'], 'USAGE'],
    [['--targets', 'tenant-01', '--parallel', '0'], 'USAGE'],
    [['--targets', 'tenant-01', '--max-failures', '-1'], 'USAGE'],
    [['--targets', 'tenant-01', '--max-failures', 'some'], 'USAGE'],
    [['--targets', ' , ,'], 'NO_TARGETS'],
    [['--targets-file', 'nowhere.txt'], 'FILE_UNREADABLE'],
    [['--targets-file', 'm'], 'FILE_UNREADABLE'],
  ])('is refused before anything is looked at: %j', async (words, error) => {
    project = await tenantProject(1);
    expect(await apply(...words)).toMatchObject({ code: 7, json: { error: { code: error } } });
    expect(runsMade()).toEqual([]);
  });

  it('is a fleet that is not there', async () => {
    project = await tenantProject(1);
    for (const words of [
      ['fleet', 'show', 'latest'],
      ['fleet', 'resume', 'x'],
      ['fleet', 'show', 'fleet-20260101-000000-aaaaaa'],
    ])
      expect(await json(...words)).toMatchObject({ code: 7, json: { error: { code: 'NO_SUCH_FLEET' } } });
    expect(await json('resume', 'fleet-20260101-000000-aaaaaa')).toMatchObject({
      code: 10,
      json: { error: { code: 'FLEET_DAMAGED' } },
    });
    expect((await json('fleet', 'list')).json).toMatchObject({ fleets: [] });
  });

  it('takes ids and patterns from a file, comments left out', async () => {
    project = await tenantProject(4);
    await project.write('list.txt', '\uFEFF# all of them\r\ntenant-03 # first\r\n\r\ntenant-0[1]\ntenant-0?\n');
    expect(codes(await apply('--targets-file', 'list.txt'))).toEqual(['UNKNOWN_TARGET']);
    await project.write('list.txt', '\uFEFF# all of them\r\ntenant-03 # first\r\n\r\ntenant-0?\ntenant-03\n');
    const { json: answer } = await apply('--targets-file', 'list.txt', '--targets', 'tenant-04');
    expect(answer.fleet.targets.map(({ target }) => target)).toEqual([
      'tenant-04',
      'tenant-03',
      'tenant-01',
      'tenant-02',
    ]);
  });
});

describe('production targets in a fleet', () => {
  it('are confirmed each by its id, or together by a phrase with their number', async () => {
    project = await tenantProject(3, { kind: 'production' });
    const refused = await apply('--targets', 'tenant-*', '--yes', '--confirm', 'tenant-01');
    expect(refused).toMatchObject({ code: 6, json: { error: { code: 'CONFIRMATION_MISSING' } } });
    expect(refused.json.error?.message).toContain('--confirm "run on 3 production targets"');
    expect(refused.json.error?.needs).toHaveLength(2);
    const wrong = await apply('--targets', 'tenant-*', '--confirm', 'run on 2 production targets');
    expect(wrong.code).toBe(6);
    expect(runsMade()).toEqual([]);
    const each = tenants(2).flatMap((id) => ['--confirm', id]);
    expect((await apply('--targets', 'tenant-01,tenant-02', ...each)).code).toBe(0);
    expect((await apply('--targets', 'tenant-*', '--confirm', 'run on 3 production targets')).code).toBe(0);
    expect(tablesOf('tenant-03')).toBe(2);
  });

  it('ask for a dangerous migration once for all of them', async () => {
    project = await tenantProject(2, { kind: 'production' });
    const phrase = ['--confirm', 'run on 2 production targets'];
    expect((await apply('--targets', 'tenant-*', ...phrase)).code).toBe(0);
    await project.write('m/V3__drop.sql', 'DROP TABLE a;');
    const refused = await apply('--targets', 'tenant-*', ...phrase);
    expect(refused.json.error?.needs).toMatchObject([{ type: 'confirm-danger', text: 'V3__drop' }]);
    expect((await apply('--targets', 'tenant-*', ...phrase, '--confirm', 'V3__drop')).code).toBe(0);
  });

  it('need approvals where their config says so, each bound to its own plan, and one refused run leaves none behind', async () => {
    project = await tenantProject(2, { min_approvals: 1 });
    const refused = await apply('--targets', 'tenant-*');
    expect(refused).toMatchObject({ code: 6, json: { error: { needs: [{ type: 'approval' }] } } });
    expect(refused.json.error?.message).toContain('tenant-01, tenant-02');
    expect((await apply('--targets', 'tenant-*', '--approve', 'looked at it')).code).toBe(0);
    expect(readdirSync(join(project.folder, '.srdeploy/approvals'))).toHaveLength(2);
  });
});

describe('a fleet that breaks off', () => {
  const slow = `CREATE TABLE a (x integer);
INSERT INTO a WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 60000) SELECT x FROM c;`;

  it('loses nothing to kill -9 in the middle: it is shown as interrupted and goes on', async () => {
    project = await tenantProject(8);
    await project.write('m/V1__a.sql', slow);
    const started = startSrdeploy(['run', 'm', '--targets', 'tenant-*', '--parallel', '2'], { cwd: project.folder });
    await started.printed('✓ tenant-');
    started.child.kill('SIGKILL');
    await started.ended;
    const broken = (await show()).json.fleet;
    // Killed between two targets it has nothing in flight, and is as much left to do.
    expect(['interrupted', 'incomplete']).toContain(broken.status);
    expect(broken.counts.total).toBe(8);
    const { code, json: last } = await json('fleet', 'resume', 'latest', '--parallel', '3');
    expect(code).toBe(0);
    expect(last.fleet).toMatchObject({ status: 'succeeded', counts: { total: 8, succeeded: 8 } });
    expect(runsMade()).toHaveLength(8);
    for (const target of tenants(8)) {
      expect(rowsIn(join(project.folder, `data/${target}.db`), 'SELECT count(*) AS n FROM a')).toEqual([{ n: 60_000 }]);
      expect(
        rowsIn(join(project.folder, `data/${target}.db`), 'SELECT count(*) AS n FROM srdeploy_migrations'),
      ).toEqual([{ n: 2 }]);
    }
  });

  it('is cancelled as a whole: what runs is rolled back, nothing more is started, and it can be resumed', async () => {
    project = await tenantProject(4);
    await project.write(
      'm/V2__b.sql',
      `CREATE TABLE b (x integer);
INSERT INTO b WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500000000) SELECT x FROM c;`,
    );
    const started = startSrdeploy(['run', 'm', '--targets', 'tenant-*', '--parallel', '2', '--events'], {
      cwd: project.folder,
    });
    await started.printed('"type":"operation.started","operation":"V2__b"');
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(9);
    const { json: shown } = await show();
    expect(shown.fleet.stopped).toBe('cancelled');
    expect(shown.fleet.counts).toMatchObject({ cancelled: 2, not_started: 2 });
    expect(statusOf(shown.fleet, 'tenant-03')).toBe('not_started');
    await project.write('m/V2__b.sql', files['m/V2__b.sql']);
    expect((await json('fleet', 'resume', 'latest', '--yes')).code).toBe(0);
  });

  it('is not resumed while its process is there', async () => {
    project = await tenantProject(2);
    await project.write(
      'm/V2__b.sql',
      `CREATE TABLE b (x integer);
INSERT INTO b WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500000000) SELECT x FROM c;`,
    );
    const started = startSrdeploy(['run', 'm', '--targets', 'tenant-*', '--events'], { cwd: project.folder });
    await started.printed('"type":"operation.started","operation":"V2__b"');
    expect((await show()).json.fleet.status).toBe('running');
    const refused = await json('fleet', 'resume', 'latest');
    started.child.kill('SIGINT');
    await started.ended;
    expect(refused).toMatchObject({ code: 5, json: { error: { code: 'FLEET_RUNNING' } } });
  });
});
