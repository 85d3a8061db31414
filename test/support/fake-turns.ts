import { performance } from 'node:perf_hooks';
import type { DatabaseSession, ScriptOutcome, Turn, TurnEnd } from '../../core/index.ts';

type Transactions = Pick<DatabaseSession, 'openMigration' | 'commitMigrations' | 'rollback'>;
type Opened = ScriptOutcome<'claimed' | 'taken'>;

interface Waiting {
  readonly turn: Turn;
  readonly signal: AbortSignal;
  end(end: TurnEnd): void;
  fail(error: unknown): void;
}

/** Migrations in turn over the requests of a session, one request after the other; the requests are the same with `applyTurn` beside them. */
export function createTurns(session: Transactions): Transactions & Required<Pick<DatabaseSession, 'applyTurn'>> {
  const queue: Waiting[] = [];
  let isWorking = false;
  let isBroken = false;
  let under: Waiting | undefined;

  async function work(): Promise<void> {
    for (let own = queue.shift(); own; own = queue.shift()) {
      under = own;
      const { turn, signal } = own;
      turn.onBegin();
      const begun = performance.now();
      const open: Opened = await session.openMigration(turn.row, turn.statements, turn.limits, signal);
      if (open.type !== 'done' || open.value === 'taken') return breakOff(own, open);
      if (signal.aborted || !(await turn.permit())) return breakOff(own, open);
      const executionMs = Math.round(performance.now() - begun);
      const committing = session.commitMigrations([{ scope: turn.row.scope, path: turn.row.path, executionMs }]);
      turn.onCommit?.();
      const committed = await committing;
      if (committed.type !== 'done') return breakOff(own, { ...committed, statement: undefined });
      own.end({ type: 'committed', executionMs });
    }
  }

  function breakOff(own: Waiting, end: TurnEnd, error?: unknown): void {
    isBroken = true;
    if (error === undefined) own.end(end);
    else own.fail(error);
    for (const other of queue.splice(0)) other.end({ type: 'skipped' });
  }

  function start(): void {
    if (isWorking) return;
    isWorking = true;
    // Whoever waits has the failure: the chain itself has no other listener.
    void work()
      .catch((error: unknown) => {
        if (under) breakOff(under, { type: 'skipped' }, error);
      })
      .finally(() => {
        isWorking = false;
        if (queue.length > 0) start();
      });
  }

  const mend = () => {
    isBroken = false;
  };
  return {
    openMigration: (...given) => {
      mend();
      return session.openMigration(...given);
    },
    commitMigrations: (rows) => {
      mend();
      return session.commitMigrations(rows);
    },
    rollback: () => {
      mend();
      return session.rollback();
    },
    applyTurn(turn, signal) {
      if (isBroken || signal.aborted) return Promise.resolve({ type: 'skipped' });
      return new Promise<TurnEnd>((resolve, reject) => {
        queue.push({ turn, signal, end: resolve, fail: reject });
        start();
      });
    },
  };
}
