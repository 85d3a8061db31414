import { expect, it } from 'vitest';
import { createAlarm } from '../../../core/run/alarm.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const turn = () => new Promise((done) => setImmediate(done));

it('rings at the time that was set last, and once', async () => {
  const clock = fakeClock(undefined, 'manual');
  const alarm = createAlarm(clock);
  const rung: string[] = [];
  alarm.set(clock.monotonicMs() + 50, () => rung.push('first'));
  await clock.advance(40);
  alarm.set(clock.monotonicMs() + 50, () => rung.push('second'));
  await clock.advance(40);
  await turn();
  expect(rung).toEqual([]);
  await clock.advance(10);
  await turn();
  await clock.advance(100);
  await turn();
  expect(rung).toEqual(['second']);
  alarm.stop();
});

it('does not ring once it was cleared or stopped, and rings again for what is set after that it was cleared', async () => {
  const clock = fakeClock(undefined, 'manual');
  const alarm = createAlarm(clock);
  const rung: string[] = [];
  alarm.set(clock.monotonicMs() + 50, () => rung.push('cleared'));
  alarm.clear();
  await clock.advance(100);
  await turn();
  alarm.set(clock.monotonicMs() + 50, () => rung.push('later'));
  await clock.advance(50);
  await turn();
  expect(rung).toEqual(['later']);
  alarm.set(clock.monotonicMs() + 50, () => rung.push('stopped'));
  alarm.stop();
  await clock.advance(100);
  await turn();
  expect(rung).toEqual(['later']);
});
