import { describe, expect, it } from 'vitest';
import { acquireLease, digest, type Lease, lockId, runId, targetId } from '../../../core/index.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeLeases } from '../../support/fake-leases.ts';
import { fakeIdentity, fakeProcesses } from '../../support/fake-processes.ts';
import { held, otherLease } from './a-lease.ts';

const target = targetId('staging');
const minutes = (ms: number) => ms / 60_000;

function setting() {
  const world = { clock: fakeClock(), leases: fakeLeases(), processes: fakeProcesses() };
  const waited: Lease[] = [];
  const acquire = (baseEpoch = 0, signal = new AbortController().signal) =>
    acquireLease(
      {
        id: lockId('own'),
        target,
        run: runId('20260205-120000-aaaaaa'),
        planDigest: digest('e'.repeat(64)),
        holder: { who: 'ann@host-a', process: fakeIdentity(100) },
        baseEpoch,
        onWait: (lease) => waited.push(lease),
      },
      world,
      signal,
    );
  return { world, waited, acquire };
}

/** A holder on another host, of which nothing is known but its beats. */
const distant = fakeIdentity(7, { host: 'host-b' });

describe('taking the lease on a target', () => {
  it('takes a free one at once and leaves the epoch alone', async () => {
    const { world, acquire } = setting();
    world.leases.meddle(target, held(undefined));
    expect(await acquire()).toMatchObject({ type: 'acquired', epoch: 3, takenOver: undefined });
    expect(world.leases.peek(target).state).toMatchObject({ epoch: 3, lease: { id: 'own', beat: 0 } });
    expect(world.clock.sleeps).toEqual([]);
  });

  it('takes a holder over at once that is proven dead, and raises the epoch by one', async () => {
    const { world, waited, acquire } = setting();
    world.leases.meddle(target, held(otherLease()));
    expect(await acquire()).toMatchObject({
      type: 'acquired',
      epoch: 4,
      takenOver: { from: { id: 'other-lock' }, reason: expect.stringContaining('gone') },
    });
    expect(world.leases.peek(target).state).toMatchObject({ epoch: 4, forcedEpoch: 0 });
    expect([waited, world.clock.sleeps]).toEqual([[], []]);
  });

  it('takes a holder over that died in another boot of this machine', async () => {
    const { world, acquire } = setting();
    world.leases.meddle(target, held(otherLease(fakeIdentity(100, { bootId: 'boot-0' }))));
    expect(await acquire()).toMatchObject({ type: 'acquired', epoch: 4 });
  });

  it('does not take a holder over whose children still live', async () => {
    const { world, acquire } = setting();
    const lease = otherLease();
    world.leases.meddle(target, held(lease));
    world.processes.marks.set(lease.run, [8]);
    const abort = new AbortController();
    const acquiring = acquire(0, abort.signal);
    for (let n = 0; n < 20; n++) await new Promise((tick) => setImmediate(tick));
    expect(world.leases.peek(target).state.lease?.id).toBe('other-lock');
    world.processes.kill(8);
    expect(await acquiring).toMatchObject({ type: 'acquired', epoch: 4 });
  });

  it('waits for a holder that lives, names it once, and goes on when it lets go', async () => {
    const { world, waited, acquire } = setting();
    const lease = otherLease();
    world.processes.living.push(lease.holder.process);
    world.leases.meddle(target, held(lease));
    const acquiring = acquire();
    for (let n = 0; n < 20; n++) await new Promise((tick) => setImmediate(tick));
    world.leases.meddle(target, held(undefined));
    expect(await acquiring).toMatchObject({ type: 'acquired', epoch: 3, takenOver: undefined });
    expect(waited.map(({ id }) => id)).toEqual(['other-lock']);
  });

  it('gives up after ten minutes on a holder that beats', async () => {
    const { world, acquire } = setting();
    beating(world, otherLease(distant));
    expect(await acquire()).toMatchObject({ type: 'locked', holder: { id: 'other-lock' } });
    expect(minutes(world.clock.monotonicMs())).toBeCloseTo(10, 1);
  });

  it('takes a silent holder over after thirty minutes, seen by its own clock only', async () => {
    const { world, acquire } = setting();
    world.leases.meddle(target, held(otherLease(distant, { heartbeatAt: '2099-01-01T00:00:00.000Z' })));
    expect(await acquire()).toMatchObject({ type: 'acquired', epoch: 4, takenOver: { from: { id: 'other-lock' } } });
    expect(minutes(world.clock.monotonicMs())).toBeCloseTo(30, 1);
  });

  it('gives up on a silent holder as soon as it shows a sign of life', async () => {
    const { world, acquire } = setting();
    const lease = otherLease(distant);
    world.leases.meddle(target, held(lease));
    const read = world.leases.read;
    world.leases.read = (key) => {
      if (minutes(world.clock.monotonicMs()) > 20) world.leases.meddle(target, held({ ...lease, beat: 1 }));
      return read(key);
    };
    expect(await acquire()).toMatchObject({ type: 'locked' });
    expect(minutes(world.clock.monotonicMs())).toBeCloseTo(20, 1);
  });

  it('refuses a plan that is older than the last force-unlock, but not one that is older than a takeover', async () => {
    const { world, acquire } = setting();
    world.leases.meddle(target, held(undefined, { epoch: 5, forcedEpoch: 4 }));
    expect(await acquire(3)).toEqual({ type: 'dead-plan', forcedEpoch: 4 });
    expect(world.leases.peek(target).state.lease).toBeUndefined();
    expect(await acquire(4)).toMatchObject({ type: 'acquired', epoch: 5 });
  });

  it('takes nothing once it is cancelled', async () => {
    const { world, acquire } = setting();
    const abort = new AbortController();
    abort.abort();
    expect(await acquire(0, abort.signal)).toEqual({ type: 'cancelled' });
    expect(world.leases.writes).toEqual([]);
  });

  it('is given to exactly one of many that ask at once, over many rounds', async () => {
    const leases = fakeLeases();
    const processes = fakeProcesses();
    for (let round = 0; round < 20; round++) {
      leases.meddle(target, held(otherLease()));
      const abort = new AbortController();
      const all = [...Array(8).keys()].map((n) => {
        const process = fakeIdentity(200 + n);
        processes.living.push(process);
        return acquireLease(
          {
            id: lockId(`own-${n}`),
            target,
            run: runId('20260205-120000-aaaaaa'),
            planDigest: digest('e'.repeat(64)),
            holder: { who: 'ann', process },
            baseEpoch: 0,
            onWait: () => undefined,
          },
          { leases, processes, clock: fakeClock(undefined, 'manual') },
          abort.signal,
        );
      });
      const first = await Promise.race(all);
      for (let n = 0; n < 10; n++) await new Promise((tick) => setImmediate(tick));
      abort.abort();
      const ends = (await Promise.all(all)).map(({ type }) => type);
      expect(first.type).toBe('acquired');
      expect(ends.filter((type) => type === 'acquired')).toHaveLength(1);
    }
  });
});

/** Beats every thirty seconds of the observer's time. */
function beating(world: ReturnType<typeof setting>['world'], lease: Lease): void {
  const read = world.leases.read;
  world.leases.read = (key) => {
    world.leases.meddle(target, held({ ...lease, beat: Math.floor(world.clock.monotonicMs() / 30_000) }));
    return read(key);
  };
}
