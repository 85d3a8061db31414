import { describe, expect, it } from 'vitest';
import {
  CancelRequest,
  type CommandOutput,
  foldRun,
  type RunEvent,
  type RunEventBody,
  resolvePlan,
  resumeRun,
  type Settlement,
  startRun,
} from '../../../core/index.ts';
import type { FakeCommand } from '../../support/fake-processes.ts';
import {
  type Engine,
  engine,
  outcomeOf,
  ownRun,
  planOf,
  pull,
  type Ran,
  requestFor,
  runPlan,
  until,
} from './engine.ts';

const step = (more: object = {}) => ({ id: 's1', type: 'command', command: ['./warm.sh', '--all'], ...more });
const plan = (more: object = {}) => ({ version: '1.1', steps: [step(more)] });

function engineWith(command: FakeCommand, more: Readonly<Record<string, FakeCommand>> = {}): Engine {
  const own = engine('manual', { 'services/x.txt': '' });
  own.processes.commands.set('./warm.sh --all', command);
  for (const [word, one] of Object.entries(more)) own.processes.commands.set(word, one);
  return own;
}

const failureOf = (ran: Ran) => ran.record?.operations.find(({ id }) => id === 's1')?.failure;
const linesOf = (ran: Pick<Ran, 'events'>) =>
  ran.events.flatMap((event) => (event.type === 'operation.output' ? event.lines : []));
const say = (text: string): CommandOutput => ({ stream: 'stdout', text });

describe('a command', () => {
  it('runs in its folder with what it was given, and its output stands in the journal', async () => {
    const own = engineWith({ writes: [say('one\ntw'), { stream: 'stderr', text: 'oops\n' }, say('o')] });
    own.world.variables.env = (name) => (name === 'TOKEN' ? 't0ken' : undefined);
    const ran = await runPlan(
      own,
      plan({ working_directory: './services/', env: { T: '${env:TOKEN}', L: 'x' }, timeout_sec: 60 }),
    );
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(own.processes.started).toMatchObject([
      {
        folder: '/project/services',
        marker: ownRun,
        graceMs: 10_000,
        inactivityMs: undefined,
        timeoutMs: 60_000,
        env: {
          T: 't0ken',
          L: 'x',
          SRDEPLOY_RUN_ID: ownRun,
          SRDEPLOY_TARGET: 'staging',
          SRDEPLOY_STEP: 's1',
          SRDEPLOY_PROJECT_DIR: '/project',
        },
      },
    ]);
    expect(linesOf(ran)).toEqual([
      { stream: 'info', text: '$ ./warm.sh --all' },
      { stream: 'stdout', text: 'one' },
      { stream: 'stderr', text: 'oops' },
      { stream: 'stdout', text: 'two' },
    ]);
  });

  it.each([
    ['exits with another code', { code: 3 }, 'failed', 'COMMAND_FAILED', './warm.sh exited with 3.'],
    [
      'takes too long',
      { goesOn: true },
      'failed',
      'TIMEOUT',
      './warm.sh took longer than its time limit of 5 s. It and everything that it had started was ended.',
    ],
  ] as const)('that %s has failed, and may be tried again', async (_, command, outcome, code, message) => {
    const own = engineWith(command);
    const running = runPlan(own, plan({ timeout_sec: 5, retry: { max: 1, backoff_sec: 1 } }));
    await until(() => own.clock.sleeps.includes(1_000));
    await own.clock.advance(1_000);
    const ran = await running;
    expect(ran.record?.operations.at(-1)).toMatchObject({ status: outcome, attempts: 2 });
    expect(failureOf(ran)).toMatchObject({ code, message });
    expect(own.processes.started).toHaveLength(2);
  });

  it('that is silent for too long has failed', async () => {
    const ran = await runPlan(engineWith({ goesOn: true }), plan({ inactivity_sec: 30 }));
    expect(failureOf(ran)).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('wrote nothing for 30 s'),
    });
  });

  it('that is not there, or whose folder is not, is not tried again', async () => {
    const own = engine('manual');
    const ran = await runPlan(own, plan({ retry: { max: 3 } }));
    expect(ran.record?.operations.at(-1)).toMatchObject({ status: 'failed', attempts: 1 });
    expect(failureOf(ran)).toMatchObject({
      code: 'COMMAND_NOT_STARTED',
      message: expect.stringContaining('There is no program "./warm.sh"'),
    });
    const nowhere = await runPlan(engineWith({}), plan({ working_directory: 'nowhere' }));
    expect(failureOf(nowhere)?.message).toBe('The working directory "nowhere" is not there. Nothing was run.');
  });

  it('is cancelled with everything that it has started, before the lease is given back', async () => {
    const own = engineWith({ goesOn: true });
    const cancel = new AbortController();
    const seen: string[] = [];
    const ran = await runPlan(own, plan(), {
      signal: cancel.signal,
      onEvent: (event) => {
        seen.push(event.type);
        if (event.type === 'operation.output') cancel.abort(new CancelRequest('kim'));
        if (event.type === 'lock.released') expect(own.processes.marks.get(ownRun)).toEqual([]);
      },
    });
    expect(outcomeOf(ran, 's1')).toBe('cancelled');
    expect(ran.record?.end).toMatchObject({ outcome: 'cancelled' });
    expect(seen.filter((type) => type === 'cancel.requested' || type === 'lock.released')).toEqual([
      'cancel.requested',
      'lock.released',
    ]);
  });

  it('whose processes cannot be ended is unknown, is not tried again, and keeps the target', async () => {
    const own = engineWith({ goesOn: true, survives: true });
    const running = runPlan(own, plan({ timeout_sec: 1, retry: { max: 3 } }));
    await until(() => own.clock.sleeping > 0 && own.processes.started.length > 0);
    for (let n = 0; n < 60; n++) await own.clock.advance(100);
    const ran = await running;
    expect(ran.record?.operations.at(-1)).toMatchObject({ status: 'unknown', attempts: 1 });
    expect(failureOf(ran)).toMatchObject({
      code: 'COMMAND_ABANDONED',
      message: expect.stringContaining('could not be ended: 1000'),
    });
    expect(ran.record?.end).toMatchObject({ outcome: 'unknown' });
    expect(ran.record?.failure?.code).toBe('PROCESSES_LEFT');
    expect(ran.events.some(({ type }) => type === 'lock.released')).toBe(false);
  });

  it('that is psql stops at errors, in the plan that is shown as in what runs', async () => {
    const own = engine('manual');
    const argv = ['/usr/bin/psql', '-v', 'ON_ERROR_STOP=1', '-f', 'x.sql'];
    own.processes.commands.set(argv.join(' '), {});
    const fields = plan({
      command: ['/usr/bin/psql', '-f', 'x.sql'],
      verify: ['psql', '-vON_ERROR_STOP=on', '-c', 'q'],
    });
    const made = await planOf(own, fields);
    expect(made.operations[0]).toMatchObject({
      command: { argv },
      verify: { command: { argv: ['psql', '-vON_ERROR_STOP=on', '-c', 'q'] } },
    });
    expect(outcomeOf(await runPlan(own, fields), 's1')).toBe('succeeded');
  });

  it('waits for what it depends on, and checks after the steps for all that nothing else waits for', async () => {
    const made = await planOf(engine('manual'), {
      version: '1.1',
      pre_checks: [{ id: 'before', type: 'disk_space', min_gb: 1, path: '/var' }],
      steps: [
        step({ depends_on: ['s2'] }),
        step({ id: 's2', depends_on: [] }),
        step({ id: 's3', depends_on: ['s2'] }),
        step({ id: 's4' }),
      ],
      post_checks: [
        { id: 'after', type: 'connection' },
        { id: 'last', type: 'connection' },
      ],
    });
    expect(made.operations.map(({ id, dependsOn }) => `${id}<${dependsOn.join(',')}`)).toEqual([
      'before<',
      's2<before',
      's1<s2',
      's3<s2',
      's4<s3',
      'after<s1,s4',
      'last<after',
    ]);
    expect(made.operations[0]).toMatchObject({ minGb: 1, path: '/var' });
  });

  it('says what it left in the background and was ended', async () => {
    const ran = await runPlan(engineWith({ leaves: 2 }), plan());
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(linesOf(ran).at(-1)?.text).toMatch(/^2 processes that the command had left in the background were ended\./);
  });

  it('writes no faster than the journal takes it, and no more than the journal is to have', async () => {
    let [written, stored] = [0, 0];
    const line = `${'x'.repeat(999)}\n`;
    const writes = Array.from({ length: 2_000 }, () => ({
      stream: 'stdout' as const,
      get text() {
        written++;
        return line;
      },
    }));
    const own = engineWith({ writes });
    const made = await planOf(own, plan());
    let ahead = 0;
    const ran = await pull(
      startRun(requestFor({ ...made, log: { maxMb: 1 } }, own), own.world, new AbortController().signal),
      own,
      (event) => {
        if (event.type !== 'operation.output') return;
        stored += event.lines.length;
        ahead = Math.max(ahead, written - stored);
      },
    );
    const lines = linesOf(ran);
    expect(ahead).toBeLessThan(1_100); // Beyond the head, what is left out waits for nobody.
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(1.3e6);
    expect(lines.some(({ text }) => /^… 7\d\d lines \(7\d\d kB\) left out/.test(text))).toBe(true);
    expect(lines.at(-1)?.text).toBe('x'.repeat(999));
  });

  it('keeps every secret out of the plan: values are looked up when it runs, and all that are missing are told at once', async () => {
    const own = engineWith({});
    const made = await planOf(own, {
      version: '1.1',
      steps: [step({ env: { A: '${secret:ONE}' } }), step({ id: 's2', env: { B: '${env:TWO}' } })],
    });
    expect(JSON.stringify(made)).toContain('${secret:ONE}');
    const resolved = resolvePlan(made, own.world);
    expect(resolved.type === 'missing' && resolved.problems.map(({ message }) => message.split(',')[0])).toEqual([
      'The step "s1" needs the secret ONE',
      'The step "s2" needs the environment variable TWO',
    ]);
  });
});

describe('a command that an attempt broke off in', () => {
  const brokenOff: readonly RunEventBody['type'][] = ['operation.intent', 'operation.started', 'operation.output'];

  /** The journal up to the last event of a kind, as a runner leaves it that was killed there. */
  async function killedAt(own: Engine, fields: object, type: RunEventBody['type']): Promise<readonly RunEvent[]> {
    const ran = await runPlan(own, fields);
    const end = ran.events.findIndex((event) => event.type === type);
    return ran.events.slice(0, end + 1);
  }

  async function resumed(
    own: Engine,
    fields: object,
    events: readonly RunEvent[],
    settlements: readonly Settlement[] = [],
  ): Promise<Ran> {
    const made = await planOf(own, fields);
    const record = foldRun(events);
    if (!record) throw new Error('There is no record.');
    const request = {
      ...requestFor(made, own, { settlements }),
      storedDigest: made.digest,
      amendments: [],
      skips: [],
      seenSeq: record.lastSeq,
      reload: async () => record,
    };
    return pull(resumeRun(request, own.world, new AbortController().signal), own, undefined, {
      events,
      attempt: record.attempts.length + 1,
    });
  }

  it.each(brokenOff)('at %s is settled by verify: done', async (type) => {
    const own = engineWith({ writes: [say('x\n')] }, { './is-warm.sh': { code: 0 } });
    const fields = plan({ verify: ['./is-warm.sh'] });
    const ran = await resumed(own, fields, await killedAt(own, fields, type));
    expect(ran.record?.operations.at(-1)).toMatchObject({
      status: 'succeeded',
      detail: 'settled by verify: its work was done',
    });
    expect(own.processes.started.map(({ command }) => command.type === 'argv' && command.argv[0])).toEqual([
      './warm.sh',
      './is-warm.sh',
    ]);
  });

  it('is run again where verify says that it is not done', async () => {
    const own = engineWith({}, { './is-warm.sh': { code: 1 } });
    const fields = plan({ verify: ['./is-warm.sh'] });
    const ran = await resumed(own, fields, await killedAt(own, fields, 'operation.started'));
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(own.processes.started.map(({ command }) => command.type === 'argv' && command.argv[0])).toEqual([
      './warm.sh',
      './is-warm.sh',
      './warm.sh',
    ]);
  });

  it('is settled by a query, too', async () => {
    const own = engineWith({});
    const fields = plan({ verify: { sql: 'SELECT 1', expect: { rows: { max: 0 } } } });
    const events = await killedAt(own, fields, 'operation.started');
    own.databases.next('query', { type: 'refuse', message: 'no such table' });
    const unclear = await resumed(own, fields, events);
    expect(failureOf(unclear)).toMatchObject({
      code: 'COMMAND_UNSETTLED',
      message: expect.stringContaining('no such table'),
    });
    expect(outcomeOf(unclear, 's1')).toBe('unknown');
    const asked = await resumed(own, fields, events);
    expect(['settled by verify: its work was done', undefined]).toContain(asked.record?.operations.at(-1)?.detail);
  });

  it('is asked of a person where nothing else tells, and is never run by itself', async () => {
    const own = engineWith({});
    const events = await killedAt(own, plan(), 'operation.started');
    const asked = await resumed(own, plan(), events);
    expect(outcomeOf(asked, 's1')).toBe('unknown');
    expect(failureOf(asked)).toMatchObject({
      code: 'COMMAND_UNSETTLED',
      message: expect.stringContaining('--settle s1=done'),
    });
    expect(own.processes.started).toHaveLength(1);
    const settlement = { operation: asked.record?.operations.at(-1)?.id as never, reason: 'looked' };
    const done = await resumed(own, plan(), asked.events, [{ ...settlement, statement: 'done' }]);
    expect(done.record?.operations.at(-1)).toMatchObject({
      status: 'succeeded',
      detail: 'ann@host-a says that the command was done: looked',
    });
    expect(own.processes.started).toHaveLength(1);
    const again = await resumed(own, plan(), asked.events, [{ ...settlement, statement: 'not_done' }]);
    expect(outcomeOf(again, 's1')).toBe('succeeded');
    expect(own.processes.started).toHaveLength(2);
  });

  it('stays unknown where verify itself cannot tell', async () => {
    const own = engineWith({}, { './is-warm.sh': { goesOn: true } });
    const fields = plan({ verify: ['./is-warm.sh'], timeout_sec: 5 });
    const events = await killedAt(own, fields, 'operation.started');
    const ran = await resumed(own, fields, events);
    expect(outcomeOf(ran, 's1')).toBe('unknown');
    expect(failureOf(ran)?.message).toContain('"verify" gave no answer: it took too long.');
  });

  it('that failed by itself is simply run again', async () => {
    const own = engineWith({ code: 1 }, { './is-warm.sh': { code: 0 } });
    const fields = plan({ verify: ['./is-warm.sh'] });
    const first = await runPlan(own, fields);
    own.processes.commands.set('./warm.sh --all', {});
    const ran = await resumed(own, fields, first.events);
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(own.processes.started.map(({ command }) => command.type === 'argv' && command.argv[0])).toEqual([
      './warm.sh',
      './warm.sh',
    ]);
  });
});
