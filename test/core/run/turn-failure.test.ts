import { describe, expect, it } from 'vitest';
import type { DatabaseSession } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { type Engine, engine, outcomeOf, runPlan, settle } from './engine.ts';

const scripts = { 'm/V1.sql': 'CREATE TABLE a (x int);', 'm/V2.sql': 'CREATE TABLE b (x int);' };
const steps = [migration('s1', 'm/V1.sql'), migration('s2', 'm/V2.sql')];

/** Changes each session as it is opened. */
function onSessions({ databases }: Engine['world'], change: (session: DatabaseSession) => Partial<DatabaseSession>) {
  const connect = databases.connect;
  databases.connect = async (...given) => {
    const connected = await connect(...given);
    if (connected.type !== 'connected') return connected;
    const { session } = connected;
    return { type: 'connected', session: { ...session, ...change(session) } };
  };
}

describe('what fails ahead of its turn', () => {
  it('is the outcome of the migration that was begun ahead, and of nobody else', async () => {
    const own = engine('auto', scripts);
    onSessions(own.world, () => ({
      applyTurn: ({ row }) =>
        row.path === 'm/V2.sql' ? Promise.reject(new Error('too long')) : Promise.resolve({ type: 'skipped' }),
    }));
    // The journal takes its time, so that nobody waits yet for what was begun ahead.
    const ran = await runPlan(own, { steps }, { onEvent: () => settle() });
    expect([outcomeOf(ran, 's1'), outcomeOf(ran, 's2')]).toEqual(['succeeded', 'unknown']);
  });

  it('leaves the end of the migration before it alone where it cannot be prepared', async () => {
    const own = engine('auto', scripts);
    const { split } = own.syntax;
    let isRunning = false;
    own.syntax.split = (text, ...rest) => {
      if (isRunning && text.includes('TABLE b')) throw new Error('a defect');
      return split(text, ...rest);
    };
    const onEvent = ({ type }: { readonly type: string }) => {
      isRunning ||= type === 'operation.started';
    };
    const ran = await runPlan(own, { steps }, { onEvent });
    expect([outcomeOf(ran, 's1'), outcomeOf(ran, 's2')]).toEqual(['succeeded', 'unknown']);
  });
});
