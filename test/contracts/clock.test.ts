import { describe, expect, it } from 'vitest';
import { createClock } from '../../adapters/index.ts';
import type { Clock } from '../../core/index.ts';
import { fakeClock } from '../support/fake-clock.ts';

const clocks: readonly (readonly [string, () => Clock])[] = [
  ['the fake', () => fakeClock()],
  ['the real one', createClock],
];
const never = new AbortController().signal;

describe.each(clocks)('a clock: %s', (_, make) => {
  it('goes on by what was slept', async () => {
    const clock = make();
    const [from, wall] = [clock.monotonicMs(), clock.now().getTime()];
    await clock.sleep(30, never);
    expect(clock.monotonicMs() - from).toBeGreaterThanOrEqual(29.9);
    expect(clock.now().getTime() - wall).toBeGreaterThanOrEqual(25);
  });

  it('does not sleep for a signal that has aborted, nor for no time', async () => {
    const clock = make();
    const from = clock.monotonicMs();
    await clock.sleep(60_000, AbortSignal.abort());
    await clock.sleep(0, never);
    await clock.sleep(-5, never);
    expect(clock.monotonicMs() - from).toBeLessThan(60_000);
  });
});

describe('the real clock', () => {
  it('wakes when the signal aborts and leaves no timer behind', async () => {
    const abort = new AbortController();
    const sleeping = createClock().sleep(60_000, abort.signal);
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    abort.abort(new Error('enough'));
    await sleeping;
    expect(timers()).toBe(before - 1);
  });

  it('sleeps for longer than a timer can count', async () => {
    const abort = new AbortController();
    const sleeping = createClock().sleep(2 ** 33, abort.signal);
    setTimeout(() => abort.abort(), 30);
    expect(
      await Promise.race([
        sleeping.then(() => 'woke'),
        createClock()
          .sleep(15, never)
          .then(() => 'asleep'),
      ]),
    ).toBe('asleep');
    await sleeping;
  });
});

describe('the fake clock', () => {
  it('wakes sleepers in the order of their times when a test advances it', async () => {
    const clock = fakeClock('2026-02-05T12:00:00.000Z', 'manual');
    const woken: number[] = [];
    const nap = async (ms: number) => {
      await clock.sleep(ms, never);
      woken.push(clock.monotonicMs());
    };
    const naps = [nap(30), nap(10).then(() => nap(5))];
    await clock.advance(20);
    expect([woken, clock.sleeping]).toEqual([[10, 15], 1]);
    await clock.advance(20);
    await Promise.all(naps);
    expect([woken, clock.sleeping, clock.sleeps]).toEqual([[10, 15, 30], 0, [30, 10, 5]]);
  });
});
