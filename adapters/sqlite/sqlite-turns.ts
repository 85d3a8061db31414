import type { Turn, TurnEnd } from '../../core/index.ts';
import { refused } from '../sql-refusal.ts';
import type { CallResult, ChildHandle } from './child-process.ts';
import { machineMs, type ScriptCall } from './child-protocol.ts';
import { stopAfter, type Worker } from './sqlite-worker.ts';

/** How long a permission to commit lasts after it was given; milliseconds. */
const PERMISSION = 1_000;

interface Under {
  readonly turn: Turn;
  readonly signal: AbortSignal;
  readonly ended: Promise<TurnEnd>;
  /** Whether the process was given it, once that is decided: what comes behind one that it was not given is not sent either. */
  readonly sent: Promise<boolean>;
  begin(): void;
}

/** Migrations in turn over the process that holds the database: each is sent while the one before it runs, so that the process need not wait. */
export function createSqliteTurns(worker: Worker, callOf: (turn: Turn) => ScriptCall) {
  const under: Under[] = [];
  let isBroken = false;
  let isKilled = false;

  async function send(
    own: Under,
    before: Under | undefined,
    child: ChildHandle | undefined,
    tell: (isSent: boolean) => void,
  ) {
    const { turn, signal } = own;
    let isSent = false;
    try {
      isSent = !signal.aborted && !isBroken && (!before || (await before.sent)) && (await turn.permit());
    } finally {
      tell(isSent && child !== undefined);
    }
    if (!isSent || !child) return skipped;
    const until = machineMs() + PERMISSION;
    const input = { row: turn.row, ...callOf(turn), until, isFirst: before === undefined };
    // The next one begins before whoever waits for this one hears of its end: what the process says from now on is about it.
    const answer = child.call('applyTurn', input, (result) => {
      if (result.type === 'done' && typeof result.value === 'number') under[under.indexOf(own) + 1]?.begin();
    });
    if (before && (await before.ended).type !== 'committed') return endUnbegun(answer);
    own.begin();
    const stop = stopAfter(turn.limits.timeoutMs, signal);
    const first = await Promise.race([answer, stop.promise]);
    stop.dispose();
    if (first.type !== 'stopped') return endOf(first, turn);
    const statement = child.statement();
    isKilled = true;
    await worker.kill();
    return settleKilled(turn, first.cause, statement);
  }

  /** The one before it was not committed, so that nothing of this one was begun, whatever became of the process. */
  async function endUnbegun(answer: Promise<unknown>): Promise<TurnEnd> {
    await answer;
    return skipped;
  }

  async function endOf(result: CallResult<'applyTurn'>, turn: Turn): Promise<TurnEnd> {
    switch (result.type) {
      case 'done':
        if (typeof result.value === 'number') return { type: 'committed', executionMs: result.value };
        return result.value === 'skipped' ? skipped : { type: 'done', value: result.value };
      case 'busy':
        return skipped;
      case 'refused':
        return { ...result, statement: result.statement };
      case 'died':
        if (isKilled) return settleKilled(turn, 'cancelled', undefined);
        worker.lose(result.message);
        return { type: 'lost', message: result.message, statement: undefined };
    }
  }

  /** The process was ended in the middle, perhaps of a COMMIT: the file itself says what is committed. */
  async function settleKilled(
    { row, limits }: Turn,
    cause: 'timeout' | 'cancelled',
    statement: number | undefined,
  ): Promise<TurnEnd> {
    const read = await worker.askNow('readHistory', { scope: row.scope }, { timeoutMs: undefined }, undefined);
    if (read.type !== 'done') {
      const message = 'its process was ended, and what it had committed cannot be read';
      return { type: 'lost', message, statement: undefined };
    }
    const found = read.value?.find(({ path }) => path === row.path);
    if (found?.status === 'succeeded' && found.runId === row.runId)
      return { type: 'committed', executionMs: found.executionMs };
    const message = cause === 'timeout' ? `No answer within ${limits.timeoutMs} ms.` : 'Cancelled.';
    return { ...refused(cause, message), statement };
  }

  return {
    /** After this, what became of the turns before does not matter. */
    mend() {
      isBroken = false;
      isKilled = false;
    },
    applyTurn(turn: Turn, signal: AbortSignal): Promise<TurnEnd> {
      if (isBroken || signal.aborted) return Promise.resolve(skipped);
      const before = under.at(-1);
      let isBegun = false;
      const begin = () => {
        if (!isBegun) turn.onBegin();
        isBegun = true;
      };
      let tell = (_isSent: boolean): void => undefined;
      const sent = new Promise<boolean>((resolve) => {
        tell = resolve;
      });
      const ended = worker.askInTurn((child) => send(own, before, child, tell));
      const own: Under = { turn, signal, begin, sent, ended };
      under.push(own);
      if (!before) begin();
      // The permission to commit goes with it.
      void sent.then((isSent) => isSent && turn.onCommit?.());
      const done = own.ended.finally(() => under.splice(under.indexOf(own), 1));
      return done.then(
        (end) => {
          if (end.type !== 'committed') isBroken = true;
          return end;
        },
        (error: unknown) => {
          isBroken = true;
          throw error;
        },
      );
    },
  };
}

const skipped: TurnEnd = { type: 'skipped' };
