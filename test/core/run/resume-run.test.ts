import { describe, expect, it } from 'vitest';
import {
  type AttemptRequest,
  CancelRequest,
  comparePlans,
  lockId,
  type Plan,
  type ResumeRequest,
  type RunEventBody,
  type RunRecord,
  resumeRun,
  startRun,
  targetId,
} from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, outcomeOf, outline, planOf, pull, type Ran, requestFor, runPlan } from './engine.ts';

const staging = targetId('staging');
const files = {
  'm/V1.sql': 'CREATE TABLE a (x int);',
  'm/V2.sql': 'CREATE TABLE a (x int);',
  'm/V3.sql': 'CREATE TABLE c (x int);',
};
const fields = {
  pre_checks: [{ id: 'check', type: 'connection' }],
  steps: [migration('s1', 'm/V1.sql'), migration('s2', 'm/V2.sql'), migration('s3', 'm/V3.sql')],
  post_checks: [{ id: 'after', type: 'migration_history' }],
};

async function resume(
  own: Engine,
  plan: Plan,
  before: Ran,
  more: Partial<ResumeRequest & AttemptRequest> = {},
  onEvent?: (event: RunEventBody) => unknown,
  signal = new AbortController().signal,
): Promise<Ran> {
  const record = before.record as RunRecord;
  const request: ResumeRequest = {
    ...requestFor(plan, own, { lock: lockId('next-lock') }),
    storedDigest: plan.digest,
    amendments: [],
    skips: [],
    seenSeq: record.lastSeq,
    reload: async () => record,
    ...more,
  };
  const attempt = record.attempts.length + 1;
  return pull(resumeRun(request, own.world, signal), own, onEvent, { events: before.events, attempt });
}

async function failedAtTwo(own: Engine): Promise<{ plan: Plan; ran: Ran }> {
  const plan = await planOf(own, fields);
  const ran = await pull(startRun(requestFor(plan, own), own.world, new AbortController().signal), own);
  expect(['check', 's1', 's2', 's3', 'after'].map((id) => outcomeOf(ran, id))).toEqual([
    'succeeded',
    'succeeded',
    'failed',
    'pending',
    'pending',
  ]);
  return { plan, ran };
}

describe('a resume', () => {
  it('repeats the pre-checks, leaves out what is done, and goes on with the first that has not succeeded', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    own.files.contents.set('m/V2.sql', 'CREATE TABLE b (x int);');
    const mended = await planOf(own, fields);
    const compared = comparePlans(plan, mended, ran.record as RunRecord);
    expect(compared).toMatchObject({ type: 'amended', amendments: [{ script: 'm/V2.sql' }] });
    if (compared.type !== 'amended') return;
    const resumed = await resume(own, mended, ran, { storedDigest: plan.digest, amendments: compared.amendments });
    expect(outline(resumed.events.slice(ran.events.length))).toEqual([
      'attempt.started',
      'plan.amended',
      'lock.acquired',
      'operation.intent check',
      'operation.started check',
      'operation.finished check',
      'operation.intent s2',
      'operation.intent s3',
      'operation.started s2',
      'operation.finished s2',
      'operation.started s3',
      'operation.finished s3',
      'operation.intent after',
      'operation.started after',
      'operation.finished after',
      'lock.released',
      'run.finished',
    ]);
    expect(resumed.record).toMatchObject({ end: { outcome: 'succeeded' }, planDigest: mended.digest });
    expect(resumed.record?.attempts).toHaveLength(2);
    expect(resumed.record?.operations.map(({ attempts }) => attempts)).toEqual([2, 1, 2, 1, 1]);
  });

  it('stops at a pre-check that fails now, and touches no step', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    own.databases.next('ping', { type: 'refuse', message: 'shutting down' });
    const resumed = await resume(own, plan, ran);
    expect(outcomeOf(resumed, 'check')).toBe('failed');
    expect(outline(resumed.events.slice(ran.events.length)).filter((line) => line.endsWith(' s2'))).toEqual([]);
  });

  it.each(['lose', 'lose-after'] as const)(
    'settles an unknown migration from the target’s own history (%s)',
    async (type) => {
      const own = engine('auto', files);
      own.databases.next('commitMigrations', { type });
      const plan = await planOf(own, { steps: [migration('s1', 'm/V1.sql')] });
      const ran = await pull(startRun(requestFor(plan, own), own.world, new AbortController().signal), own);
      expect(outcomeOf(ran, 's1')).toBe('unknown');
      const before = executions(own);
      const resumed = await resume(own, plan, ran);
      expect(outcomeOf(resumed, 's1')).toBe('succeeded');
      expect(executions(own) - before).toBe(type === 'lose' ? 1 : 0);
    },
  );

  it('is refused, and lets the target go, where the run is not what it was when it was asked for', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    const resumed = await resume(own, plan, ran, { seenSeq: 3 });
    expect(resumed.end).toMatchObject({ type: 'refused', code: 'RUN_CHANGED' });
    expect(resumed.events).toHaveLength(ran.events.length);
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it('lets the target go where the journal cannot be read any more', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    const reload = () => Promise.reject(new Error('EIO: i/o error'));
    await expect(resume(own, plan, ran, { reload })).rejects.toThrow('EIO');
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it.each(['attempt.started', 'plan.amended'])('lets the target go where %s cannot be stored', async (type) => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    const record = ran.record as RunRecord;
    const request: ResumeRequest = {
      ...requestFor(plan, own),
      storedDigest: plan.digest,
      amendments: [{ operation: 's2' as never, script: 'm/V2.sql', before: 'a' as never, after: 'b' as never }],
      skips: [],
      seenSeq: record.lastSeq,
      reload: async () => record,
    };
    const events = resumeRun(request, own.world, new AbortController().signal);
    for (let at = ''; at !== type; ) at = (await events.next()).value?.type;
    await events.return({ type: 'finished' });
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it('of a plan that a force-unlock has killed is refused before anything is written', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    own.leases.meddle(staging, { v: 1, epoch: 9, forcedEpoch: 9, lease: undefined });
    const resumed = await resume(own, plan, ran);
    expect(resumed.end).toMatchObject({ type: 'refused', code: 'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK' });
    expect(resumed.events).toHaveLength(ran.events.length);
  });

  it('that is cancelled before its first operation is an attempt that was cancelled', async () => {
    const own = engine('auto', files);
    const { plan, ran } = await failedAtTwo(own);
    const cancel = new AbortController();
    const resumed = await resume(
      own,
      plan,
      ran,
      {},
      (event) => {
        if (event.type === 'lock.acquired') cancel.abort(new CancelRequest('kim'));
      },
      cancel.signal,
    );
    expect(outline(resumed.events.slice(ran.events.length))).toEqual([
      'attempt.started',
      'lock.acquired',
      'cancel.requested',
      'lock.released',
      'run.finished',
    ]);
    expect(resumed.record?.end).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a migration that another run has applied', () => {
  it('has nothing to do, and its checksum is looked at', async () => {
    const own = engine('auto', files);
    await runPlan(own, { steps: [migration('s1', 'm/V1.sql')] });
    const again = await runPlan(
      own,
      { steps: [migration('s1', 'm/V1.sql')] },
      { more: { run: '20260206-120000-cccccc' as never } },
    );
    expect(outcomeOf(again, 's1')).toBe('nothing-to-do');
    own.files.contents.set('m/V1.sql', '-- only a comment\r\nCREATE   TABLE a (x int);');
    const commented = await runPlan(
      own,
      { steps: [migration('s1', 'm/V1.sql')] },
      { more: { run: '20260206-120000-dddddd' as never } },
    );
    expect(outcomeOf(commented, 's1')).toBe('nothing-to-do');
    own.files.contents.set('m/V1.sql', 'CREATE TABLE a (y int);');
    const changed = await runPlan(
      own,
      { steps: [migration('s1', 'm/V1.sql')] },
      { more: { run: '20260206-120000-eeeeee' as never } },
    );
    expect(changed.record?.operations[0]?.failure).toMatchObject({ code: 'MIGRATION_CHANGED', file: 'm/V1.sql' });
  });
});

const executions = ({ databases }: Engine) => databases.statements.length;
