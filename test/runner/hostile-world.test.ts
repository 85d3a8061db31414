import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { longStatement, longStatementRows, longStatementStarted, onlyRun } from '../support/kill-run.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  cliBundle,
  migration,
  planDocument,
  type RunAnswer,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

/** A line of the shell, in which `$SRDEPLOY` is the command line's bundle. */
const shell = (line: string, cwd: string) =>
  new Promise<{ code: number | null; output: string }>((done) => {
    const env = { ...process.env, SRDEPLOY: cliBundle };
    const child = spawn('bash', ['-c', `set -o pipefail; ${line}`], { cwd, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('close', (code) => done({ code, output }));
  });

const many = (count: number) => {
  const numbers = [...Array(count).keys()];
  return testProject(
    planDocument({ steps: numbers.map((n) => migration(`s${n}`, `m/V${n}.sql`)) }),
    Object.fromEntries(numbers.map((n) => [`m/V${n}.sql`, `CREATE TABLE t${n} (x integer);`])),
  );
};
const slow = () =>
  testProject(planDocument({ steps: [migration('s1', 'm/V1.sql')] }), {
    'm/V1.sql': `CREATE TABLE n (x);\n${longStatement}`,
  });

describe('output that nobody takes', () => {
  it.each(['', '--events'])('does not end a run half-way: | head -1 (%s)', async (flag) => {
    project = await many(30);
    const { output } = await shell(`node $SRDEPLOY run ${project.plan} ${flag} | head -1`, project.folder);
    expect(output).not.toContain('EPIPE');
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd: project.folder });
    expect(json.run.status).toBe('succeeded');
  });

  it('is no success of a command whose answer could not be written', async () => {
    project = await many(1);
    const { code, output } = await shell(`node $SRDEPLOY plan ${project.plan} --json > /dev/full`, project.folder);
    expect([code, output]).toEqual([1, expect.stringContaining('OUTPUT_LOST')]);
  });
});

describe('signals', () => {
  it('cancel once, whatever a service manager sends along', async () => {
    project = await slow();
    const run = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await run.printed('check_connection');
    run.child.kill('SIGTERM');
    run.child.kill('SIGHUP');
    expect((await run.ended).code).toBe(9);
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd: project.folder });
    expect(json.run).toMatchObject({ status: 'cancelled', cancelRequested: true });
  });

  it('end at once when Ctrl-C comes a third time, say so, and leave a run that can be resumed', async () => {
    project = await slow();
    const run = startSrdeploy(['run', project.plan], { cwd: project.folder, env: { SRDEPLOY_TEST: '1' } });
    await run.printed('check_connection');
    run.child.kill('SIGINT');
    await run.printed('cancelling cleanly');
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect([9, 10]).toContain(code); // The clean cancel may have been faster.
    if (code === 10) expect(stderr).toContain('srdeploy resume ');
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd: project.folder });
    expect(json.run.resumeFrom).toBeDefined();
  });
});

describe('a store that is not what it should be', () => {
  it('is told as such, never as a defect, and keeps nothing from being read or validated', async () => {
    project = await many(1);
    await writeFile(join(project.folder, '.srdeploy'), '');
    const cwd = project.folder;
    expect((await srdeploy(['validate'], { cwd })).code).toBe(0);
    expect(await srdeployJson(['run', project.plan], { cwd })).toMatchObject({
      code: 10,
      json: {
        error: {
          code: expect.stringMatching(/STATE_STORE_REFUSED|SYSTEM_ERROR/),
          message: expect.stringContaining('.srdeploy'),
        },
      },
    });
    expect(existsSync(join(cwd, 'data.db'))).toBe(false);
  });

  it('makes nothing on disk for a project that is not there', async () => {
    project = await many(1);
    const answer = await srdeployJson(['runs', 'list', '--project', '/nonexistent/project'], { cwd: project.folder });
    expect(answer).toMatchObject({ code: 7, json: { error: { code: 'NO_SUCH_PROJECT' } } });
    expect(existsSync('/.srdeploy')).toBe(false);
  });

  it('says what of a run is broken', async () => {
    project = await many(2);
    const cwd = project.folder;
    await project.write('m/V1.sql', 'CREATE TABLE t1 (');
    expect((await srdeploy(['run', project.plan], { cwd })).code).toBe(8);
    const folder = join(cwd, '.srdeploy/runs', onlyRun(cwd));
    const plan = await readFile(join(folder, 'plan.json'), 'utf8');
    for (const text of ['', '{}', plan.slice(0, 200)]) {
      await writeFile(join(folder, 'plan.json'), text);
      for (const verb of ['resume', 'approve'])
        expect(await srdeployJson([verb, 'latest'], { cwd })).toMatchObject({
          code: 10,
          json: { error: { code: 'RUN_DAMAGED', message: expect.stringContaining('plan.json') } },
        });
    }
    await mkdir(join(cwd, '.srdeploy/runs/20991231-235959-zzzzzz'));
    expect(await srdeployJson(['runs', 'show', 'latest'], { cwd })).toMatchObject({
      code: 10,
      json: { error: { code: 'RUN_DAMAGED' } },
    });
  });
});

describe('a disk that fills up', () => {
  it('ends the run with the system’s own words, and it goes on when there is room again', async () => {
    const checks = [...Array(60).keys()].map((n) => ({ id: `c${n}`, type: 'connection' }));
    const steps = [...Array(12).keys()].map((n) => migration(`s${n}`, `m/V${n}.sql`));
    project = await testProject(planDocument({ pre_checks: checks, steps }), {
      'm/V0.sql': 'CREATE TABLE t (x integer);',
      ...Object.fromEntries([...Array(11).keys()].map((n) => [`m/V${n + 1}.sql`, `INSERT INTO t VALUES (${n + 1});`])),
    });
    const cwd = project.folder;
    // No file may grow beyond 32 KiB: the journal comes to it between the checks and the last migration, in the midst of a line.
    const { code, output } = await shell(`ulimit -f 32; exec node $SRDEPLOY run ${project.plan} --json`, cwd);
    expect(code, output).toBe(10);
    expect(output).toMatch(/SYSTEM_ERROR|STATE_STORE|LEASE_LOST/);
    expect(output).toContain('EFBIG');
    const journal = await readFile(join(cwd, '.srdeploy/runs', onlyRun(cwd), 'events.jsonl'), 'utf8');
    expect(journal).toHaveLength(32 * 1024);
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
    expect(json.run.status).toBe('interrupted');
    const resumed = await srdeploy(['resume', 'latest'], { cwd });
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT x FROM t ORDER BY x').map(({ x }) => x)).toEqual(
      [...Array(12).keys()].slice(1),
    );
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT path FROM srdeploy_migrations')).toHaveLength(12);
  });
});

describe('a disk that is full before a detached run has begun', () => {
  it('is told by the command that starts it, as what the machine refused', async () => {
    project = await many(12);
    // No file may grow beyond 1 KiB: not even the plan can be stored.
    const line = `ulimit -f 1; exec node $SRDEPLOY run ${project.plan} --detach --json`;
    const { code, output } = await shell(line, project.folder);
    expect(code, output).toBe(10);
    expect(output).toContain('SYSTEM_ERROR');
    expect(existsSync(join(project.folder, 'data.db'))).toBe(false);
  });
});

describe('names from outside', () => {
  it('drive no terminal, turn no text and break no table', async () => {
    const evil = '\u001b[31mRED\u001b]0;title\u0007 a\r\nb \u202ec <img src=x>';
    project = await testProject(
      planDocument({ name: evil, steps: [migration('s\u202e1', 'm/V1\u001b[1m.sql', { name: evil })] }),
      { 'm/V1\u001b[1m.sql': 'CREATE TABLE a (x integer);' },
    );
    const cwd = project.folder;
    for (const words of [
      ['plan', project.plan],
      ['run', project.plan],
      ['runs', 'show', 'latest'],
      ['runs', 'list'],
      ['runs', 'logs', 'latest'],
      ['migration', 'status', project.plan],
      ['migration', 'history', '--target', 'staging'],
    ]) {
      const { stdout, stderr, code } = await srdeploy(words, { cwd });
      expect(`${stdout}${stderr}`, words.join(' ')).not.toMatch(/[\u001b\u0007\r\u202e]/);
      if (words[0] !== 'plan') continue;
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/RED a b c <img src=x>/);
    }
  });
});

describe('a runner that was killed alone', () => {
  it('leaves a run that is interrupted, and a resume that waits for what still works and then goes on', async () => {
    project = await slow();
    const cwd = project.folder;
    const run = startSrdeploy(['run', project.plan], { cwd });
    await longStatementStarted(run, cwd);
    run.child.kill('SIGKILL');
    await run.ended;
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
    expect(json.run.status).toBe('interrupted');
    const resumed = await srdeploy(['resume', 'latest'], { cwd });
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    // The child of the killed runner is inside its statement: its lease holds until it is gone, and only then is it taken over.
    expect(resumed.stdout).toMatch(
      /Waiting for the target: held by .*[\s\S]*Took the target over from .*: its process and all that it started are gone/,
    );
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT count(*) AS n FROM n')).toEqual([{ n: longStatementRows }]);
  }, 60_000);
});
