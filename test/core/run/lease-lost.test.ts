import { describe, expect, it } from 'vitest';
import { forceUnlock, lockId, startRun, targetId } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import {
  connectionOf,
  type Engine,
  engine,
  noticesOf,
  outline,
  planOf,
  pull,
  requestFor,
  runPlan,
  until,
} from './engine.ts';

const staging = targetId('staging');
const forceOpen = (own: Engine) => forceUnlock(staging, lockId('own-lock'), own.leases);
const isSleeping = (own: Engine) => own.databases.statements.includes('SELECT SLEEP');

describe('a run that loses its lease', () => {
  it('commits nothing of the migration in flight, tells the screen why, and tells nothing else', async () => {
    const own = engine('manual', { 'm/V1.sql': 'CREATE TABLE a (x int);\nSELECT SLEEP;' });
    const plan = await planOf(own, { steps: [migration('s1', 'm/V1.sql')] });
    const running = pull(startRun(requestFor(plan, own), own.world, new AbortController().signal), own);
    await until(() => isSleeping(own));
    await forceOpen(own);
    await own.clock.advance(30_000);
    const ran = await running;
    expect(outline(ran.events).slice(-2)).toEqual(['operation.started s1', 'lock.lost']);
    expect(ran.end).toMatchObject({ type: 'lease-lost', message: expect.stringContaining('forced open') });
    expect(own.databases.at(connectionOf(plan, own)).tables.size).toBe(0);
    expect(own.databases.calls.at(-1)?.call).toBe('close');
    expect(own.clock.sleeping).toBe(0);
    expect(own.leases.peek(staging).state).toMatchObject({ epoch: 1, lease: undefined });
  });

  it('does not commit where it was lost after the last statement', async () => {
    const own = engine('auto', { 'm/V1.sql': 'CREATE TABLE a (x int);' });
    const { execute, sessions } = afterExecute(own, () => forceOpen(own));
    const ran = await runPlan(own, { steps: [migration('s1', 'm/V1.sql', { retry: { max: 3, backoff_sec: 1 } })] });
    expect([execute.count, sessions.count]).toEqual([1, 1]);
    expect(own.databases.calls.map(({ call }) => call)).not.toContain('commitMigrations');
    expect(outline(ran.events).slice(-2)).toEqual(['operation.started s1', 'lock.lost']);
  });

  it('starts no further operation, and what the server says meanwhile is not told', async () => {
    const own = engine('manual', { 'm/V1.sql': 'SELECT SLEEP;', 'm/V2.sql': 'CREATE TABLE b (x int);' });
    const notices = noticesOf(own);
    const running = runPlan(own, { steps: [migration('s1', 'm/V1.sql'), migration('s2', 'm/V2.sql')] });
    await until(() => isSleeping(own));
    await forceOpen(own);
    const advanced = own.clock.advance(30_000);
    notices.say('aborting');
    await advanced;
    const ran = await running;
    expect(outline(ran.events).filter((line) => line.includes('s2'))).toEqual(['operation.intent s2']);
    expect(outline(ran.events).filter((line) => line.startsWith('operation.finished'))).toEqual([]);
    expect(ran.record?.end).toEqual({ type: 'open' });
  });

  it('stops in the same way where the store of leases fails', async () => {
    const own = engine('auto', { 'm/V1.sql': 'CREATE TABLE a (x int);' });
    afterExecute(own, async () => own.leases.breakWith(new Error('EIO: i/o error')));
    const ran = await runPlan(own, { steps: [migration('s1', 'm/V1.sql')] });
    expect(ran.end).toMatchObject({ type: 'lease-lost', message: expect.stringContaining('EIO') });
    expect(own.databases.calls.map(({ call }) => call)).not.toContain('commitMigrations');
  });
});

describe('a run that cannot give its lease back', () => {
  it('stands as it ended, and says why the target is still held', async () => {
    const own = engine('auto', { 'm/V1.sql': 'CREATE TABLE a (x int);' });
    const full = ({ type }: { type: string }) =>
      own.leases.breakWith(type === 'run.finished' ? new Error('ENOSPC: no space left on device') : undefined);
    const ran = await runPlan(own, { steps: [migration('s1', 'm/V1.sql')] }, { onEvent: full });
    expect(ran.end).toEqual({ type: 'finished', kept: 'ENOSPC: no space left on device' });
    expect(ran.record?.end).toMatchObject({ type: 'finished', outcome: 'succeeded' });
    expect(own.clock.sleeping).toBe(0);
  });
});

/** Does something after each statement that is executed, over all sessions. */
function afterExecute(own: Engine, then: () => Promise<unknown>) {
  const [execute, sessions] = [{ count: 0 }, { count: 0 }];
  const { databases } = own.world;
  const connect = databases.connect;
  databases.connect = async (...given) => {
    const connected = await connect(...given);
    sessions.count += 1;
    if (connected.type !== 'connected') return connected;
    const { session } = connected;
    const original = session.openMigration;
    session.openMigration = async (...words) => {
      const outcome = await original(...words);
      execute.count += 1;
      await then();
      return outcome;
    };
    return connected;
  };
  return { execute, sessions };
}
