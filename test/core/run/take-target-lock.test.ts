import { describe, expect, it } from 'vitest';
import { createTargetSession, type RunEvent } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { connectionOf, type Engine, engine, outcomeOf, planOf, runPlan, until } from './engine.ts';

const scripts = { 'm/V1.sql': 'CREATE TABLE a (x int);', 'm/V2.sql': 'CREATE TABLE b (x int);' };
const steps = [migration('s1', 'm/V1.sql', { timeout_sec: 30 }), migration('s2', 'm/V2.sql')];
const never = new AbortController().signal;
const calls = ({ databases }: Engine, call: string) => databases.calls.filter((one) => one.call === call).length;
const logOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'operation.output' ? event.lines.map(({ text }) => text) : []));

async function lockedByOther(own: Engine) {
  const plan = await planOf(own, { steps });
  const other = createTargetSession(connectionOf(plan, own), own.databases, 'other');
  const opened = await other.open(never);
  if (opened.type === 'open') await opened.session.tryLock(plan.project, never);
  return other;
}

describe('the lock in the target', () => {
  it('is waited for, and who holds it is named once', async () => {
    const own = engine('manual', scripts);
    const other = await lockedByOther(own);
    const running = runPlan(own, { steps });
    await until(() => own.clock.sleeps.includes(50));
    await own.clock.advance(50);
    await own.clock.advance(100);
    await other.drop();
    await own.clock.advance(1_000);
    const ran = await running;
    expect(outcomeOf(ran, 's1')).toBe('succeeded');
    expect(logOf(ran.events)).toEqual(['Waiting for the lock in the target: session 1 "srdeploy other"']);
  });

  it('is not waited for beyond the step’s time', async () => {
    const own = engine('auto', scripts);
    await lockedByOther(own);
    const ran = await runPlan(own, { steps });
    expect(ran.record?.operations[0]?.failure).toMatchObject({
      code: 'TARGET_LOCKED',
      message: expect.stringContaining('srdeploy other'),
    });
    expect(own.clock.monotonicMs()).toBeLessThan(31_000);
  });

  it('is asked for once on SQLite too, where each migration takes it again as it begins', async () => {
    const own = engine('auto', scripts);
    await runPlan(own, { steps });
    expect(calls(own, 'tryLock')).toBe(1);
  });
});
