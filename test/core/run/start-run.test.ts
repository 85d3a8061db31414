import { describe, expect, it } from 'vitest';
import { CancelRequest, operationId, startRun, targetId } from '../../../core/index.ts';
import { migration, sqliteConfig } from '../../support/srdeploy.ts';
import {
  connectionOf,
  engine,
  noticesOf,
  outcomeOf,
  outline,
  ownRun,
  planOf,
  pull,
  requestFor,
  runPlan,
  until,
} from './engine.ts';

const scripts = {
  'm/V1.sql': 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);',
  'm/V2.sql': 'CREATE TABLE b (x int);',
};
const twoSteps = { steps: [migration('s1', 'm/V1.sql'), migration('s2', 'm/V2.sql')] };
const staging = targetId('staging');

describe('a run', () => {
  it('stores each intent before anything of the operation happens, and gives the lease back after the last event', async () => {
    const own = engine('auto', scripts);
    let atIntent = -1;
    const ran = await runPlan(own, twoSteps, {
      onEvent: (event) => {
        if (event.type === 'operation.intent' && event.operation === 's1') atIntent = own.databases.calls.length;
        if (event.type === 'run.finished') expect(own.leases.peek('staging').state.lease?.run).toBe(ownRun);
      },
    });
    expect(atIntent).toBe(0);
    expect(outline(ran.events)).toEqual([
      'run.created',
      'attempt.started',
      'lock.acquired',
      'operation.intent s1',
      'operation.intent s2',
      'operation.started s1',
      'operation.finished s1',
      'operation.started s2',
      'operation.finished s2',
      'lock.released',
      'run.finished',
    ]);
    expect(ran.record?.end).toMatchObject({ outcome: 'succeeded' });
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it.each(['operation.intent', 'operation.started', 'operation.finished'])(
    'stops when the journal cannot store %s: nothing more is sent, the session is closed, the lease given back',
    async (type) => {
      const own = engine('auto', scripts);
      const plan = await planOf(own, twoSteps);
      const events = startRun(requestFor(plan, own), own.world, new AbortController().signal);
      for (;;) {
        const next = await events.next();
        if (next.done) throw new Error('The run ended.');
        if (next.value.type === type) break;
      }
      await events.return({ type: 'finished' });
      const sent = own.databases.calls.length;
      await until(() => own.leases.peek(staging).state.lease === undefined);
      expect(own.databases.calls.slice(sent)).toEqual([]);
      expect(sent === 0 || own.databases.calls.at(-1)?.call === 'close').toBe(true);
      expect((await events.next()).done).toBe(true);
    },
  );

  it('rolls a statement in flight back when the journal cannot store its output', async () => {
    const own = engine('auto', { 'm/V1.sql': 'CREATE TABLE a (x int);\nSELECT SLEEP;' });
    const notices = noticesOf(own);
    const plan = await planOf(own, { steps: [migration('s1', 'm/V1.sql')] });
    const events = startRun(requestFor(plan, own), own.world, new AbortController().signal);
    for (let type = ''; type !== 'operation.started'; ) type = (await events.next()).value?.type;
    const output = events.next();
    await until(() => own.databases.statements.includes('SELECT SLEEP'));
    notices.say('still here');
    expect((await output).value).toMatchObject({ type: 'operation.output' });
    await events.return({ type: 'finished' });
    expect(own.databases.calls.slice(-2).map(({ call }) => call)).toEqual(['rollback', 'close']);
    expect(own.databases.at(connectionOf(plan, own)).tables.size).toBe(0);
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it('waits for approvals without a lease and goes on when there are enough', async () => {
    const own = engine('manual', scripts);
    const plan = await planOf(own, { ...twoSteps, approval_required: true });
    const running = pull(startRun(requestFor(plan, own), own.world, new AbortController().signal), own);
    await until(() => own.operator.waitingForApproval === 1);
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
    await own.approvals.record({ planDigest: plan.digest, by: 'kim', at: '2026-02-05T12:00:00Z', comment: 'ok' });
    own.operator.approve();
    const ran = await running;
    expect(outline(ran.events).slice(0, 5)).toEqual([
      'run.created',
      'attempt.started',
      'run.waiting',
      'approval.recorded',
      'lock.acquired',
    ]);
    expect(own.clock.sleeping).toBe(0);
  });

  it('does not run on production when its plan grew too old while it waited for approvals', async () => {
    const own = engine('manual', scripts);
    const config = { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'production', connection_ref: 'db' } } };
    const plan = await planOf(own, { ...twoSteps, approval_required: true }, config);
    const running = pull(startRun(requestFor(plan, own), own.world, new AbortController().signal), own);
    await until(() => own.operator.waitingForApproval === 1);
    await own.clock.advance(16 * 60_000);
    await own.approvals.record({ planDigest: plan.digest, by: 'kim', at: '2026-02-05T12:00:00Z', comment: 'late' });
    own.operator.approve();
    const ran = await running;
    expect(ran.record).toMatchObject({ end: { outcome: 'failed' }, failure: { code: 'PROD_PLAN_STALE' } });
    expect(own.databases.calls).toEqual([]);
    expect(own.leases.peek(staging).state.lease).toBeUndefined();
  });

  it('is cancelled while it waits for an approval: the cancel and its author stand in the journal', async () => {
    const own = engine('manual', scripts);
    const plan = await planOf(own, { ...twoSteps, approval_required: true });
    const cancel = new AbortController();
    const running = pull(startRun(requestFor(plan, own), own.world, cancel.signal), own);
    await until(() => own.operator.waitingForApproval === 1);
    cancel.abort(new CancelRequest('kim'));
    const ran = await running;
    expect(ran.record).toMatchObject({ cancelRequested: true, end: { outcome: 'cancelled' } });
    expect(ran.record?.failure?.message).not.toContain('target');
    expect(own.databases.calls).toEqual([]);
    expect(own.operator.waitingForApproval).toBe(0);
    expect(own.clock.sleeping).toBe(0);
  });

  it('is cancelled while it waits for the target', async () => {
    const own = engine('manual', scripts);
    const plan = await planOf(own, twoSteps);
    own.processes.living.push({ ...own.processes.living[0], pid: 7, startTime: '700' } as never);
    own.leases.meddle('staging', heldBy(7));
    const cancel = new AbortController();
    const running = pull(startRun(requestFor(plan, own), own.world, cancel.signal), own);
    await until(() => own.clock.sleeping === 1);
    cancel.abort(new CancelRequest('kim'));
    const ran = await running;
    expect(outline(ran.events)).toEqual([
      'run.created',
      'attempt.started',
      'lock.waiting',
      'cancel.requested',
      'run.finished',
    ]);
    expect(own.leases.peek(staging).state.lease?.id).toBe('other-lock');
    expect(own.clock.sleeping).toBe(0);
  });

  it('leaves no one waiting for the target when its reader goes away, and never takes the lease afterwards', async () => {
    const own = engine('manual', scripts);
    const plan = await planOf(own, twoSteps);
    own.processes.living.push({ ...own.processes.living[0], pid: 7, startTime: '700' } as never);
    own.leases.meddle('staging', heldBy(7));
    const events = startRun(requestFor(plan, own), own.world, new AbortController().signal);
    for (;;) {
      const next = await events.next();
      if (!next.done && next.value.type === 'lock.waiting') break;
    }
    await events.return({ type: 'finished' });
    await until(() => own.clock.sleeping === 0);
    own.processes.kill(7);
    await own.clock.advance(10_000);
    expect(own.leases.peek(staging).state.lease?.id).toBe('other-lock');
  });

  it('says cancelled, with its author, when the cancel came between two operations', async () => {
    const own = engine('auto', scripts);
    const cancel = new AbortController();
    const ran = await runPlan(own, twoSteps, {
      signal: cancel.signal,
      onEvent: (event) => {
        if (event.type === 'operation.finished') cancel.abort(new CancelRequest('kim'));
      },
    });
    expect(outline(ran.events).slice(6)).toEqual([
      'operation.finished s1',
      'cancel.requested',
      'lock.released',
      'run.finished',
    ]);
    expect(ran.record).toMatchObject({ cancelRequested: true, failure: { message: 'Cancelled by kim.' } });
  });

  it('cancels at a pause, and times a pause out', async () => {
    const pause = { steps: [{ id: 'p', name: 'p', type: 'pause', message: 'look', timeout_sec: 60 }] };
    const own = engine('manual');
    const cancel = new AbortController();
    const running = runPlan(own, pause, { signal: cancel.signal });
    await until(() => own.operator.waitingFor.length === 1);
    cancel.abort(new CancelRequest('kim'));
    const cancelled = await running;
    expect(outcomeOf(cancelled, 'p')).toBe('cancelled');
    expect(own.clock.sleeping).toBe(0);

    const other = engine('manual');
    const waiting = runPlan(other, pause);
    await until(() => other.operator.waitingFor.length === 1);
    await other.clock.advance(59_999);
    expect(other.operator.waitingFor).toEqual([operationId('p')]);
    await other.clock.advance(2);
    const timedOut = await waiting;
    expect(timedOut.record?.operations[0]?.failure).toMatchObject({ code: 'TIMEOUT' });
    expect(timedOut.record?.end).toMatchObject({ outcome: 'failed' });
    expect(other.operator.waitingFor).toEqual([]);
  });
});

const heldBy = (pid: number) =>
  ({
    v: 1,
    epoch: 3,
    forcedEpoch: 0,
    lease: {
      id: 'other-lock',
      holder: { who: 'bob@host-a', process: { host: 'host-a', bootId: 'boot-1', pid, startTime: `${pid}00` } },
      run: '20260205-110000-bbbbbb',
      operation: undefined,
      planDigest: 'x',
      acquiredAt: '2026-02-05T11:00:00.000Z',
      beat: 0,
      heartbeatAt: '2026-02-05T11:00:00.000Z',
    },
  }) as never;
