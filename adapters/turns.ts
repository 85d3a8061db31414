import { performance } from 'node:perf_hooks';
import type { DatabaseSession, FinishedRow, ScriptOutcome, SqlOutcome, Turn, TurnEnd } from '../core/index.ts';

type Transactions = Pick<DatabaseSession, 'openMigration' | 'commitMigrations' | 'rollback'>;
type Opened = ScriptOutcome<'claimed' | 'taken'>;

/** A commit, and what opens the next transaction in the same message; `begun` is told once the commit is confirmed. */
export type CommitAndOpen = (
  rows: readonly FinishedRow[],
  next: Turn,
  signal: AbortSignal,
) => { readonly committed: Promise<SqlOutcome<void>>; readonly opened: Promise<Opened | undefined> };

interface Waiting {
  readonly turn: Turn;
  readonly signal: AbortSignal;
  end(end: TurnEnd): void;
  fail(error: unknown): void;
}

/**
 * Migrations in turn over the requests of a session, which are the same with `applyTurn` beside them. Where the session can, the commit of
 * one and the beginning of the next are one message.
 */
export function createTurns(
  session: Transactions,
  commitAndOpen?: CommitAndOpen,
): Transactions & Required<Pick<DatabaseSession, 'applyTurn'>> {
  const queue: Waiting[] = [];
  let isWorking = false;
  let isBroken = false;
  let under: Waiting | undefined;

  async function work(): Promise<void> {
    let opened: Promise<Opened | undefined> | undefined;
    for (let own = queue.shift(); own; ) {
      under = own;
      const { turn, signal } = own;
      if (!opened) turn.onBegin();
      const begun = performance.now();
      const open = await (opened ?? session.openMigration(turn.row, turn.statements, turn.limits, signal));
      opened = undefined;
      if (!open) return breakOff(own, { type: 'skipped' });
      if (open.type !== 'done' || open.value === 'taken') return breakOff(own, open);
      if (signal.aborted || !(await turn.permit())) return breakOff(own, open);
      const executionMs = Math.round(performance.now() - begun);
      const rows = [{ scope: turn.row.scope, path: turn.row.path, executionMs }];
      const next = queue.shift();
      const both =
        next && commitAndOpen && !next.signal.aborted ? commitAndOpen(rows, next.turn, next.signal) : undefined;
      opened = both?.opened;
      const committing = both?.committed ?? session.commitMigrations(rows);
      turn.onCommit?.();
      const committed = await committing;
      if (committed.type !== 'done') {
        await both?.opened;
        next?.end({ type: 'skipped' });
        return breakOff(own, { ...committed, statement: undefined });
      }
      own.end({ type: 'committed', executionMs });
      own = next ?? queue.shift();
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
