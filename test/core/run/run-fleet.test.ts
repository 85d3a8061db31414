import { describe, expect, it } from 'vitest';
import { type FleetVerdict, runFleet } from '../../../core/index.ts';

/** Targets that end when they are told to; what began and ended, in order. */
function fleet(count: number, policy: { parallel?: number; maxFailures?: number; canary?: number } = {}) {
  const targets = [...Array(count).keys()].map((n) => `t${n + 1}`);
  const told: string[] = [];
  const ends = new Map<string, { end: (verdict: FleetVerdict) => void; fail: (error: Error) => void }>();
  const cancel = new AbortController();
  let most = 0;
  const steps = runFleet<string, FleetVerdict>(
    {
      targets,
      verdict: (ended) => ended,
      run: (target) =>
        new Promise((end, fail) => {
          ends.set(target, { end, fail });
          most = Math.max(most, ends.size);
        }).finally(() => ends.delete(target)) as Promise<FleetVerdict>,
    },
    { parallel: 1, maxFailures: 1, canary: 0, ...policy },
    cancel.signal,
  );
  const finished = (async () => {
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      const { type, target } = next.value;
      told.push(type === 'started' ? target : `${target} ${next.value.ended}`);
    }
  })();
  finished.catch(() => undefined); // A test that expects it asks for it itself.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    told,
    finished,
    cancel: () => cancel.abort(),
    most: () => most,
    running: () => [...ends.keys()],
    settle,
    async end(target: string, verdict: FleetVerdict = 'succeeded') {
      await settle();
      ends.get(target)?.end(verdict);
      await settle();
    },
    async fail(target: string, error: Error) {
      await settle();
      ends.get(target)?.fail(error);
      await settle();
    },
  };
}

describe('a fleet', () => {
  it('runs its targets one after the other in their order', async () => {
    const one = fleet(3);
    for (const target of ['t1', 't2', 't3']) await one.end(target);
    expect(await one.finished).toBeUndefined();
    expect(one.told).toEqual(['t1', 't1 succeeded', 't2', 't2 succeeded', 't3', 't3 succeeded']);
    expect(one.most()).toBe(1);
  });

  it('never has more at once than it may, and fills each place as soon as it is free', async () => {
    const one = fleet(5, { parallel: 2 });
    await one.settle();
    expect(one.running()).toEqual(['t1', 't2']);
    await one.end('t2');
    expect(one.running()).toEqual(['t1', 't3']);
    for (const target of ['t3', 't4', 't5']) await one.end(target);
    expect(one.running()).toEqual(['t1']);
    await one.end('t1');
    expect(await one.finished).toBeUndefined();
    expect(one.most()).toBe(2);
  });

  it('starts no further target after so many failures, and waits for those that run', async () => {
    const one = fleet(6, { parallel: 3, maxFailures: 2 });
    await one.end('t1', 'failed');
    expect(one.running()).toEqual(['t2', 't3', 't4']);
    await one.end('t2', 'failed');
    await one.end('t3');
    expect(one.running()).toEqual(['t4']);
    await one.end('t4');
    expect(await one.finished).toBe('failures');
    expect(one.told.filter((word) => !word.includes(' '))).toEqual(['t1', 't2', 't3', 't4']);
  });

  it('goes on whatever happens where it is told to', async () => {
    const one = fleet(3, { maxFailures: 0 });
    for (const target of ['t1', 't2', 't3']) await one.end(target, 'failed');
    expect(await one.finished).toBeUndefined();
  });

  it('does not count a run that a person cancelled as a failure', async () => {
    const one = fleet(2);
    await one.end('t1', 'cancelled');
    await one.end('t2');
    expect(await one.finished).toBeUndefined();
  });

  it('starts no further target once it is cancelled, and waits for those that run', async () => {
    const one = fleet(4, { parallel: 2 });
    await one.settle();
    one.cancel();
    await one.end('t1', 'cancelled');
    expect(one.running()).toEqual(['t2']);
    await one.end('t2', 'cancelled');
    expect(await one.finished).toBe('cancelled');
  });

  it('tells no reason where all were started before it was cancelled', async () => {
    const one = fleet(1);
    await one.settle();
    one.cancel();
    await one.end('t1');
    expect(await one.finished).toBeUndefined();
  });

  it('runs canaries alone, and stops where one of them fails even if failures are let pass', async () => {
    const good = fleet(4, { parallel: 3, canary: 1 });
    await good.settle();
    expect(good.running()).toEqual(['t1']);
    await good.end('t1');
    expect(good.running()).toEqual(['t2', 't3', 't4']);
    for (const target of ['t2', 't3', 't4']) await good.end(target);
    expect(await good.finished).toBeUndefined();

    const bad = fleet(4, { parallel: 3, canary: 1, maxFailures: 0 });
    await bad.end('t1', 'failed');
    expect(await bad.finished).toBe('canary');
  });

  it('waits for the others before it tells of a defect', async () => {
    const one = fleet(3, { parallel: 2 });
    let isOver = false;
    void one.finished.catch(() => {
      isOver = true;
    });
    await one.fail('t1', new Error('a defect'));
    expect(isOver).toBe(false);
    await one.end('t2');
    await expect(one.finished).rejects.toThrow('a defect');
  });
});
