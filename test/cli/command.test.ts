import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { markedProcesses, onlyRun } from '../support/kill-run.ts';
import {
  planDocument,
  type RunAnswer,
  type Started,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
const running: Started[] = [];

afterEach(async () => {
  for (const { child } of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await project.remove();
});

const command = (id: string, words: string | readonly string[], more: object = {}): object => ({
  id,
  type: 'command',
  command: words,
  ...more,
});

async function projectWith(steps: readonly object[], files: Readonly<Record<string, string>> = {}, config?: object) {
  const document = planDocument({ version: '1.1', pre_checks: [], steps });
  project = config ? await testProject(document, files, config) : await testProject(document, files);
  for (const path of Object.keys(files)) await chmod(join(project.folder, path), 0o755);
  return project;
}

function start(words: readonly string[], env?: NodeJS.ProcessEnv): Started {
  const started = startSrdeploy(words, { cwd: project.folder, ...(env && { env }) });
  running.push(started);
  return started;
}

const inProject = () => ({ cwd: project.folder });
const shown = () => srdeployJson<RunAnswer>(['runs', 'show', 'latest'], inProject());
const journal = () => readFile(join(project.folder, '.srdeploy/runs', onlyRun(project.folder), 'events.jsonl'), 'utf8');

/** Lives on whatever it is asked; its child does too, in a session of its own. Says so when both are there. */
const stubborn = `#!/bin/sh
trap '' TERM INT HUP
setsid sh -c "trap '' TERM; touch child; while :; do sleep 60; done" &
while [ ! -e child ]; do sleep 0.01; done
echo "both are there"
while :; do sleep 60; done
`;

describe('a command of a plan', () => {
  it('runs, and what it wrote is shown and kept', async () => {
    await projectWith(
      [
        command('one', ['./scripts/hello.sh', 'a b', '$HOME'], {
          name: 'Say hello',
          working_directory: 'scripts/../.',
        }),
        command(
          'two',
          'echo "$GREETING from $SRDEPLOY_STEP on $SRDEPLOY_TARGET in run $SRDEPLOY_RUN_ID" | tee out.txt',
          {
            env: { GREETING: 'hi' },
          },
        ),
      ],
      { 'scripts/hello.sh': '#!/bin/sh\nprintf "%s|" "$@"; echo; echo noise >&2\n' },
    );
    const plan = await srdeploy(['plan', project.plan], inProject());
    expect(plan.stdout).toContain(`$ ./scripts/hello.sh 'a b' '$HOME'`);
    expect((await srdeploy(['plan', project.plan, '--detailed-exitcode'], inProject())).code).toBe(2);
    const { code, stdout } = await srdeploy(['run', project.plan], inProject());
    expect(code).toBe(0);
    expect(stdout).toContain('› a b|$HOME|');
    expect(stdout).toContain('› noise');
    expect(await project.read('out.txt')).toBe(`hi from two on staging in run ${onlyRun(project.folder)}\n`);
  });

  it('that fails ends the run at its step, with its last lines', async () => {
    await projectWith([command('bad', 'echo the reason >&2; exit 3'), command('after', ['true'])]);
    const { code, json } = await srdeployJson<RunAnswer>(['run', project.plan], inProject());
    expect(code).toBe(8);
    expect(json.run.operations.map(({ status }) => status)).toEqual(['failed', 'pending']);
    expect(json.run.operations[0]?.error).toMatchObject({
      code: 'COMMAND_FAILED',
      message: '"echo the reason >&2; exit 3" exited with 3.',
      log: ['$ echo the reason >&2; exit 3', 'the reason'],
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is ended by %s with children that ignore TERM and left its session, and then the target is free',
    async (signal) => {
      await projectWith([command('stay', ['./stay.sh'], { grace_sec: 0.2 })], { 'stay.sh': stubborn });
      const run = start(['run', project.plan]);
      await run.printed('both are there');
      const id = onlyRun(project.folder);
      expect(markedProcesses(id).length).toBeGreaterThan(2);
      run.child.kill(signal);
      expect((await run.ended).code).toBe(9);
      expect(markedProcesses(id)).toEqual([]);
      expect((await shown()).json.run).toMatchObject({ status: 'cancelled' });
      const events = (await journal())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type);
      expect(events.indexOf('operation.finished')).toBeLessThan(events.indexOf('lock.released'));
      const locks = await srdeployJson<{ locks: unknown[] }>(['lock', 'list'], inProject());
      expect(JSON.stringify(locks.json)).not.toContain(id);
    },
  );

  it('has no more grace when the cancel is asked for twice', async () => {
    await projectWith([command('stay', ['./stay.sh'], { grace_sec: 3_600 })], { 'stay.sh': stubborn });
    const run = start(['run', project.plan]);
    await run.printed('both are there');
    run.child.kill('SIGINT');
    await run.printed('cancelling cleanly');
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(9);
    expect(markedProcesses(onlyRun(project.folder))).toEqual([]);
  });

  it('is cancelled from another process, and killed when asked again', async () => {
    await projectWith([command('stay', ['./stay.sh'], { grace_sec: 3_600 })], { 'stay.sh': stubborn });
    const run = start(['run', project.plan]);
    await run.printed('both are there');
    const first = start(['cancel', 'latest']);
    await run.printed('Cancelling');
    expect((await srdeploy(['cancel', 'latest'], inProject())).code).toBe(0);
    expect((await run.ended).code).toBe(9);
    expect((await first.ended).code).toBe(0);
    expect(markedProcesses(onlyRun(project.folder))).toEqual([]);
  });

  it('that takes too long or is silent for too long has failed and left nothing behind', async () => {
    await projectWith([command('late', ['./stay.sh'], { timeout_sec: 1, grace_sec: 0.1, retry: { max: 1 } })], {
      'stay.sh': stubborn,
    });
    const late = await srdeployJson<RunAnswer>(['run', project.plan], inProject());
    expect(late.code).toBe(8);
    expect(late.json.run.operations[0]).toMatchObject({ status: 'failed', attempts: 2, error: { code: 'TIMEOUT' } });
    expect(markedProcesses(late.json.run.id)).toEqual([]);
    await project.remove();
    await projectWith([command('silent', 'echo once; exec sleep 60', { inactivity_sec: 0.5 })]);
    const silent = await srdeployJson<RunAnswer>(['run', project.plan], inProject());
    expect(silent.json.run.operations[0]?.error).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('wrote nothing for 0.5 s'),
    });
  });

  it('does not get what is not its own, and what it was given as a secret is masked wherever it says it', async () => {
    const env = {
      SRDEPLOY_SECRET_TOKEN: 'hunter2-hunter2',
      NODE_OPTIONS: '',
      VSCODE_PID: '1',
      SRDEPLOY_SECRET_OTHER: 'other-other',
    };
    await projectWith([command('tells', 'echo "given: $TOKEN"; env | sort', { env: { TOKEN: '${secret:TOKEN}' } })]);
    const { code, stdout } = await start(['run', project.plan], env).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('given: ***');
    expect(stdout).not.toMatch(/hunter2|other-other|VSCODE_PID|NODE_OPTIONS/);
    expect(await journal()).not.toMatch(/hunter2/);
  });

  it('whose variables are missing keeps everything from running, and all of them are named at once', async () => {
    await projectWith([
      command('one', ['touch', 'ran'], { env: { A: '${secret:NOT_THERE}' } }),
      command('two', ['true'], { env: { B: '${env:NOT_THERE_EITHER}' } }),
    ]);
    const { code, json } = await srdeployJson<{ error: { problems: { message: string }[] } }>(
      ['run', project.plan],
      inProject(),
    );
    expect(code).toBe(7);
    expect(json.error.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The step "one" needs the secret NOT_THERE,.*SRDEPLOY_SECRET_NOT_THERE/),
      expect.stringMatching(/^The step "two" needs the environment variable NOT_THERE_EITHER,.*export/),
    ]);
    expect(await readdir(project.folder)).not.toContain('ran');
  });
});

/** What has ended meanwhile is what was wanted. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('a command whose runner was killed', () => {
  const slow = `#!/bin/sh\necho began >> began.txt\necho begun\nwhile [ ! -e go ]; do sleep 0.02; done\ntouch done\n`;

  /** Kills the runner in the middle of the command; the command itself goes on to its end where it is let. */
  async function killRunner(more: object, letFinish: boolean): Promise<string> {
    await projectWith([command('slow', ['./slow.sh'], more), command('after', ['true'])], { 'slow.sh': slow });
    const run = start(['run', project.plan]);
    await run.printed('begun');
    const id = onlyRun(project.folder);
    const left = markedProcesses(id);
    run.child.kill('SIGKILL');
    await run.ended;
    if (letFinish) await project.write('go', '');
    else left.forEach(killNow);
    while (markedProcesses(id).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return id;
  }

  it('is settled by verify on resume: done, and not run again', async () => {
    const id = await killRunner({ verify: ['test', '-e', 'done'] }, true);
    const { code, json } = await srdeployJson<RunAnswer>(['resume', id], inProject());
    expect(code).toBe(0);
    expect(json.run.operations[0]).toMatchObject({
      status: 'succeeded',
      detail: 'settled by verify: its work was done',
    });
    expect(await project.read('began.txt')).toBe('began\n');
  });

  it('is ended by a cancel of the run that it belonged to, and resume need not wait for it', async () => {
    await projectWith([command('stay', 'setsid sleep 600 & echo both; exec sleep 600', { verify: ['true'] })]);
    const run = start(['run', project.plan]);
    await run.printed('› both');
    const id = onlyRun(project.folder);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(markedProcesses(id)).toHaveLength(2);
    const { code, json } = await srdeployJson<RunAnswer>(['cancel', id], inProject());
    expect([code, json.run.status]).toEqual([0, 'interrupted']);
    expect(markedProcesses(id)).toEqual([]);
    expect((await srdeploy(['resume', id], inProject())).code).toBe(0);
  });

  it('is run again where verify says that it is not done', async () => {
    const id = await killRunner({ verify: 'test -e done' }, false);
    await project.write('go', '');
    const { code, json } = await srdeployJson<RunAnswer>(['resume', id], inProject());
    expect([code, json.run.operations[0]?.status]).toEqual([0, 'succeeded']);
    expect(await project.read('began.txt')).toBe('began\nbegan\n');
  });

  it('is asked of a person where nothing tells: exit 10, nothing run, until somebody says which it is', async () => {
    const id = await killRunner({}, false);
    const asked = await srdeployJson<RunAnswer>(['resume', id], inProject());
    expect(asked.code).toBe(10);
    expect(asked.json.run.operations[0]).toMatchObject({ status: 'unknown', error: { code: 'COMMAND_UNSETTLED' } });
    expect(await project.read('began.txt')).toBe('began\n');
    const settled = await srdeployJson<RunAnswer>(
      ['resume', id, '--settle', 'slow=done', '--reason', 'I looked'],
      inProject(),
    );
    expect([settled.code, settled.json.run.status]).toEqual([0, 'succeeded']);
    expect(await project.read('began.txt')).toBe('began\n');
  });
});

describe('a document of version 1.1', () => {
  it('runs its steps in the order of their dependencies, and checks what a query gives', async () => {
    await projectWith(
      [
        command('last', 'echo last >> order.txt', { depends_on: ['first'] }),
        command('first', 'echo first >> order.txt', { depends_on: [] }),
        { id: 'one', type: 'sql_check', sql: 'SELECT 41 + 1', expect: { equals: 42 } },
        { id: 'many', type: 'sql_check', sql: 'SELECT 1 UNION SELECT 2', expect: { rows: { min: 2, max: 2 } } },
        { id: 'text', type: 'sql_check', sql: 'SELECT sqlite_version()', expect: { matches: '^3\\.' } },
      ],
      { 'data.db': '' },
    );
    const { code, json } = await srdeployJson<RunAnswer>(['run', project.plan], inProject());
    expect(code).toBe(0);
    expect(json.run.operations.map(({ id }) => id)).toEqual(['first', 'last', 'one', 'many', 'text']);
    expect(await project.read('order.txt')).toBe('first\nlast\n');
  });

  it('fails a check with what was found and what was expected', async () => {
    await projectWith([{ id: 'one', type: 'sql_check', sql: "SELECT 'x'", expect: { equals: 'y' } }], {
      'data.db': '',
    });
    const { code, json } = await srdeployJson<RunAnswer>(['run', project.plan], inProject());
    expect(code).toBe(8);
    expect(json.run.operations[0]?.error?.message).toBe('The query gave "x", but the value "y" was expected.');
  });
});

describe('a flood of output', () => {
  it('of 1 GB from one command neither grows the memory past 200 MB nor loses its end, and the log is cut with a note', async () => {
    const config = {
      project: 'test',
      connections: { db: { backend: 'sqlite', file: 'data.db' } },
      targets: {},
      log: { max_mb: 2 },
    };
    const flood = `yes 'a line of output that is neither short nor long' | head -c 1000000000; echo; echo "the very end"`;
    await projectWith([command('flood', flood)], {}, config);
    const run = start(['run', project.plan, '--json']);
    let peakKb = 0;
    const look = setInterval(() => {
      void readFile(`/proc/${run.child.pid}/status`, 'utf8').then(
        (status) => {
          peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
        },
        () => undefined, // It has ended.
      );
    }, 20);
    const { code } = await run.ended;
    clearInterval(look);
    expect(code).toBe(0);
    expect(peakKb).toBeGreaterThan(10_000);
    expect(peakKb).toBeLessThan(200_000);
    const file = join(project.folder, '.srdeploy/runs', onlyRun(project.folder), 'events.jsonl');
    expect((await stat(file)).size).toBeLessThan(4e6);
    const log = await srdeploy(['runs', 'logs', 'latest'], inProject());
    const lines = log.stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('left out'))).toEqual([
      expect.stringMatching(/… 20,\d{3},\d{3} lines \(99\d MB\) left out: the log of one try is cut at 2 MB/),
    ]);
    expect(lines.some((line) => line.endsWith('stdout: the very end'))).toBe(true);
  });
});
