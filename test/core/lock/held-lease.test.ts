import { describe, expect, it } from 'vitest';
import { forceUnlock, holdLease, LeaseLost, lockId, operationId, targetId } from '../../../core/index.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeLeases } from '../../support/fake-leases.ts';
import { fakeIdentity } from '../../support/fake-processes.ts';
import { held, otherLease } from './a-lease.ts';

const target = targetId('staging');
const own = otherLease(fakeIdentity(100), { id: lockId('own') });

function setting() {
  const world = { clock: fakeClock(undefined, 'manual'), leases: fakeLeases() };
  world.leases.meddle(target, held(own));
  return { ...world, lease: holdLease(target, own.id, 3, world) };
}
type Setting = ReturnType<typeof setting>;
const beat = ({ leases }: Setting) => leases.peek(target).state.lease?.beat;
const reason = ({ lease }: Setting) => (lease.signal.reason as LeaseLost).message;

describe('a lease in use', () => {
  it('beats every thirty seconds until it is given back, and then leaves no timer behind', async () => {
    const the = setting();
    await the.clock.advance(29_999);
    expect(beat(the)).toBe(0);
    await the.clock.advance(1);
    expect(beat(the)).toBe(1);
    await the.clock.advance(60_000);
    expect(beat(the)).toBe(3);
    expect(await the.lease.release()).toBe(true);
    expect(the.leases.peek(target).state).toMatchObject({ lease: undefined, epoch: 3 });
    expect(the.clock.sleeping).toBe(0);
    await the.clock.advance(120_000);
    expect(the.leases.peek(target).state.lease).toBeUndefined();
  });

  it('knows that it is lost when somebody forced it open, and gives back nothing', async () => {
    const the = setting();
    await forceUnlock(target, own.id, the.leases);
    expect(await the.lease.confirm()).toBe(false);
    expect(the.lease.signal.reason).toBeInstanceOf(LeaseLost);
    expect(reason(the)).toContain('forced open');
    await forceUnlock(target, own.id, the.leases);
    the.leases.meddle(target, held(otherLease(), { epoch: 4 }));
    expect(await the.lease.release()).toBe(false);
    expect(the.leases.peek(target).state.lease?.id).toBe('other-lock');
    expect(the.clock.sleeping).toBe(0);
  });

  it('knows at the next beat, and names who has it now', async () => {
    const the = setting();
    the.leases.meddle(target, held(otherLease(), { epoch: 4 }));
    await the.clock.advance(30_000);
    expect(the.lease.signal.aborted).toBe(true);
    expect(reason(the)).toContain('bob@host-a holds the target now');
    expect(the.clock.sleeping).toBe(0);
  });

  it('is lost where the epoch was raised, even under the same id', async () => {
    const the = setting();
    the.leases.meddle(target, held(own, { epoch: 4 }));
    expect(await the.lease.confirm()).toBe(false);
  });

  it.each(['confirm', 'at', 'beat'] as const)('counts as lost where the store fails at %s', async (call) => {
    const the = setting();
    the.leases.breakWith(new Error('ENOSPC: no space left on device'));
    if (call === 'confirm') expect(await the.lease.confirm()).toBe(false);
    if (call === 'at') {
      await the.lease.at(operationId('s1'));
      await the.clock.advance(1_000);
    }
    if (call === 'beat') await the.clock.advance(30_000);
    expect(the.lease.signal.aborted).toBe(true);
    expect(reason(the)).toContain('ENOSPC');
  });

  it('tells the operation, but does not write for each of many short ones', async () => {
    const the = setting();
    for (let n = 0; n < 100; n++) await the.lease.at(operationId(`s${n}`));
    await the.clock.advance(1_000);
    expect(the.leases.writes.length).toBeLessThanOrEqual(1);
    await the.lease.at(operationId('s100'));
    await the.clock.advance(1_000);
    expect(the.leases.peek(target).state.lease?.operation).toBe('s100');
    expect(the.leases.writes.length).toBeLessThanOrEqual(2);
  });

  it('keeps the lease in the store when it is abandoned, and stops beating', async () => {
    const the = setting();
    the.lease.abandon();
    await the.clock.advance(90_000);
    expect(beat(the)).toBe(0);
    expect(the.clock.sleeping).toBe(0);
  });
});

describe('forcing a lease open', () => {
  it('needs its very id, raises both epochs and frees the target', async () => {
    const leases = fakeLeases();
    expect(await forceUnlock(target, lockId('own'), leases)).toEqual({ type: 'not-locked' });
    leases.meddle(target, held(otherLease()));
    expect(await forceUnlock(target, lockId('own'), leases)).toMatchObject({ type: 'other-lock' });
    expect(leases.peek(target).state.epoch).toBe(3);
    expect(await forceUnlock(target, lockId('other-lock'), leases)).toMatchObject({ type: 'unlocked', epoch: 4 });
    expect(leases.peek(target).state).toEqual({ v: 1, epoch: 4, forcedEpoch: 4, lease: undefined });
  });
});
