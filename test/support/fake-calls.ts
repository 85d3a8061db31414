import { refused } from '../../adapters/sql-refusal.ts';
import type { Limits, ScriptOutcome, ScriptStatement, SqlOutcome } from '../../core/index.ts';
import type { FakeCall, FakeDatabase, FakeWorld } from './fake-databases.ts';
import { runStatement, sleeps } from './fake-statements.ts';

export interface Bounds {
  readonly limits?: Limits;
  readonly signal?: AbortSignal;
}

/** How a session of the fake answers: with what `next` asked for, with `lost` once it is lost, else with its work. */
export interface FakeCalls {
  isLost(): boolean;
  lose(message: string): SqlOutcome<never>;
  call<T>(
    name: FakeCall,
    argument: unknown,
    bounds: Bounds,
    work: () => SqlOutcome<T> | Promise<SqlOutcome<T>>,
  ): Promise<SqlOutcome<T>>;
  /** As `call`, for several statements; an outcome that `next` asked for tells the statement that `next` named. */
  callScript<T>(
    name: FakeCall,
    argument: unknown,
    bounds: Bounds,
    work: () => Promise<ScriptOutcome<T>>,
  ): Promise<ScriptOutcome<T>>;
}

export function createFakeCalls(world: FakeWorld, onLost: () => void): FakeCalls {
  let lost: string | undefined;
  let refusedStatement: number | undefined;
  const lose = (message: string): SqlOutcome<never> => {
    lost = message;
    onLost();
    return { type: 'lost', message };
  };
  const call: FakeCalls['call'] = async (name, argument, bounds, work) => {
    world.calls.push({ call: name, argument });
    await Promise.resolve();
    if (lost !== undefined) return { type: 'lost', message: lost };
    if (bounds.signal?.aborted) return refused('cancelled', 'Cancelled before it was sent.');
    const index = world.planned.findIndex((one) => one.call === name);
    const behaviour = index < 0 ? undefined : world.planned.splice(index, 1)[0]?.behaviour;
    switch (behaviour?.type) {
      case 'lose':
        return lose('the connection was reset');
      case 'lose-after':
        await work();
        return lose('the connection was reset');
      case 'wait':
        return waitForEnd(bounds);
      case 'refuse':
        refusedStatement = behaviour.statement ?? 0;
        return refused(behaviour.cause ?? 'error', behaviour.message, { sqlstate: behaviour.sqlstate });
      case undefined:
        return work();
    }
  };
  return {
    isLost: () => lost !== undefined,
    lose,
    call,
    async callScript<T>(name: FakeCall, argument: unknown, bounds: Bounds, work: () => Promise<ScriptOutcome<T>>) {
      let statement: number | undefined;
      refusedStatement = undefined;
      const outcome = await call<T>(name, argument, bounds, async () => {
        const ran = await work();
        if (ran.type !== 'done') statement = ran.statement;
        return ran;
      });
      return outcome.type === 'done' ? outcome : { ...outcome, statement: statement ?? refusedStatement };
    },
  };
}

/** Runs one statement of a script. */
export async function runOne(
  world: FakeWorld,
  database: FakeDatabase,
  { text }: ScriptStatement,
  bounds: Bounds,
): Promise<SqlOutcome<void>> {
  world.statements.push(text);
  return sleeps(text) ? waitForEnd(bounds) : runStatement(database, text);
}

export function waitForEnd({ limits, signal }: Bounds): Promise<SqlOutcome<never>> {
  return new Promise((resolve) => {
    const end = (cause: 'timeout' | 'cancelled') => resolve(refused(cause, 'canceling statement'));
    if (limits?.timeoutMs !== undefined) setTimeout(() => end('timeout'), limits.timeoutMs);
    signal?.addEventListener('abort', () => end('cancelled'), { once: true });
  });
}
