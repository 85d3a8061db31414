import type { Limits, Turn, TurnEnd } from '../../core/index.ts';
import { type Refused, refused } from '../sql-refusal.ts';
import { type ExchangeOutcome, NO_BOUNDS } from './bounds.ts';
import { ALL_ROWS, DIVISION_BY_ZERO, type HistoryTable } from './history-table.ts';
import type { Pipeline } from './pipeline.ts';
import type { Step } from './step.ts';
import {
  COMMIT,
  guardScript,
  isTaken,
  noRow,
  ROLE_RESET,
  ROLLED_BACK,
  rollback,
  scriptOutcome,
  scriptStep,
  TRANSACTION_ENDED,
} from './transaction-steps.ts';
import type { WireSession } from './wire-session.ts';

/** How long a permission to commit lasts after it was given; seconds, on the server's clock. */
const PERMISSION = 1;
const NO_TRANSACTION = '25P01';
const NOW = 'extract(epoch FROM pg_catalog.clock_timestamp())';
const CLOCK: Step = { text: `SELECT ${NOW}`, maxRows: ALL_ROWS };
/** What fails behind it leaves the migration's statements as they are. */
const SAVEPOINT: Step = { text: 'SAVEPOINT srdeploy', isKept: true };
const TO_SAVEPOINT: Step = { text: 'ROLLBACK TO SAVEPOINT srdeploy' };

interface TurnParts {
  readonly wire: WireSession;
  readonly history: () => HistoryTable | Refused;
  /** What opens a transaction in a session that has its own settings again. */
  beginning(limits: Limits): readonly Step[];
  readonly readOnly: boolean;
  /** The transaction of the migration is open, its statements are run, and to commit it is the caller's. */
  left(turn: Turn): void;
}

interface Under {
  /** Whether it was given to the server, once that is decided: what comes behind one that was not is not sent either. */
  readonly sent: Promise<boolean>;
  readonly ended: Promise<TurnEnd>;
}

/**
 * Migrations in turn over one connection: each is sent whole, its COMMIT with it, while the server is at work on the one before. The server
 * skips all that comes behind a statement that failed, and commits nothing whose permission is older than a second: that is left open.
 */
export function createTurns({ wire, history, beginning, readOnly, left }: TurnParts) {
  let pipeline: Pipeline | undefined;
  let last: Under | undefined;
  let isBroken = false;
  /** What the server's clock said, in seconds, and when we heard of it, in milliseconds of ours: it was as late as that at the most. */
  let clock: { readonly server: number; readonly heardAt: number } | undefined;

  const hear = (seconds: string | null | undefined) => {
    if (seconds) clock = { server: Number(seconds), heardAt: performance.now() };
  };
  const expiry = (from: number): number | undefined =>
    clock && clock.server + (from - clock.heardAt) / 1_000 + PERMISSION;

  /** What must hold for a commit, and what the server's clock says now. */
  const permission = (until: number): Step => ({
    text: `SELECT 1 / (pg_catalog.clock_timestamp() < pg_catalog.to_timestamp($1::float8))::integer, ${NOW}`,
    values: [String(until)],
    isKept: true,
    maxRows: ALL_ROWS,
  });

  async function run(turn: Turn, signal: AbortSignal, before: Under | undefined, tell: (isSent: boolean) => void) {
    let steps: Steps | undefined;
    try {
      if (before && !(await before.sent)) return skipped;
      const refusal = refusalOf(turn);
      if (refusal) return (await isReached(before)) ? begun(turn, refusal) : skipped;
      if (!clock) await askTheTime(turn, signal);
      const permittedAt = performance.now();
      if (!(await turn.permit()) || isBroken || signal.aborted) return skipped;
      if (!pipeline && wire.status() !== 'I') return skipped;
      steps = stepsOf(turn, expiry(permittedAt));
    } finally {
      tell(steps !== undefined);
    }
    if (!steps) return skipped;
    pipeline ??= wire.pipeline();
    const answer = pipeline.add(steps.all, { ...turn.limits, signal }, turn.onBegin);
    turn.onCommit?.();
    return endOf(await answer, turn, steps, before);
  }

  /** Why the migration is not even sent. */
  function refusalOf({ statements }: Turn): TurnEnd | undefined {
    const table = history();
    if (readOnly) return { ...wire.refuse('The session is read-only.'), statement: undefined };
    return 'type' in table ? { ...table, statement: undefined } : guardScript(statements);
  }

  async function askTheTime({ limits }: Turn, signal: AbortSignal): Promise<void> {
    const asked = await wire.exchange([CLOCK], { ...limits, signal });
    if (asked.type === 'done') hear(asked.value[0]?.rows[0]?.[0]);
  }

  function stepsOf({ row, statements, limits }: Turn, until: number | undefined): Steps | undefined {
    const table = history();
    if ('type' in table || until === undefined) return undefined;
    const opening = beginning(limits);
    const script = opening.length + 1;
    const settle = script + statements.length + 2;
    const all = [
      ...opening,
      table.claim(row, 0),
      ...statements.map(scriptStep),
      ROLE_RESET,
      SAVEPOINT,
      table.settle(row, undefined, statements.length),
      permission(until),
      COMMIT,
    ];
    return { all, claim: opening.length, script, savepoint: settle - 1, settle, permission: settle + 1 };
  }

  async function endOf(
    answer: ExchangeOutcome | undefined,
    turn: Turn,
    steps: Steps,
    before: Under | undefined,
  ): Promise<TurnEnd> {
    const { row, statements } = turn;
    if (!answer) {
      // The cancel of the one before came too late for that one, and has hit this.
      if (wire.status() !== 'I' && (await isReached(before))) await rollback(wire);
      return skipped;
    }
    if (answer.type === 'done') {
      hear(answer.value[steps.permission]?.rows[0]?.[1]);
      const executionMs = Number(answer.value[steps.settle]?.rows[0]?.[1]);
      if (answer.value.at(-1)?.tag === 'COMMIT') return { type: 'committed', executionMs };
      return { ...refused('error', ROLLED_BACK), statement: undefined };
    }
    if (isTaken(answer, steps.claim)) return { type: 'done', value: 'taken' };
    const { step, error } = answer.type === 'refused' ? answer : { step: undefined, error: undefined };
    const isZero = error?.sqlstate === DIVISION_BY_ZERO;
    if (step === steps.settle && isZero) return { ...refused('error', noRow(row)), statement: undefined };
    if (step === steps.savepoint && error?.sqlstate === NO_TRANSACTION)
      return { ...refused('error', TRANSACTION_ENDED), statement: undefined };
    if (step !== steps.permission || !isZero) return scriptOutcome(answer, steps.script, statements.length);
    // It took long, or the clocks have parted, as where a machine slept: the next one asks anew.
    clock = undefined;
    const kept = await wire.exchange([TO_SAVEPOINT], NO_BOUNDS);
    if (kept.type !== 'done') return scriptOutcome(kept, steps.script, statements.length);
    left(turn);
    return { type: 'done', value: 'claimed' };
  }

  function ended(own: Under, isCommitted: boolean): void {
    isBroken ||= !isCommitted;
    if (last !== own) return;
    last = undefined;
    pipeline?.close();
    pipeline = undefined;
  }

  return {
    /** After this, what became of the turns before does not matter. */
    mend() {
      isBroken = false;
    },
    applyTurn(turn: Turn, signal: AbortSignal): Promise<TurnEnd> {
      if (isBroken || signal.aborted) return Promise.resolve(skipped);
      let tell = (_isSent: boolean): void => undefined;
      const sent = new Promise<boolean>((resolve) => {
        tell = resolve;
      });
      const own: Under = {
        sent,
        ended: run(turn, signal, last, tell).then(
          (end) => {
            ended(own, end.type === 'committed');
            return end;
          },
          (error: unknown) => {
            ended(own, false);
            throw error;
          },
        ),
      };
      last = own;
      return own.ended;
    },
  };
}

interface Steps {
  readonly all: readonly Step[];
  /** Places in `all`; `script`: of the first statement. */
  readonly claim: number;
  readonly script: number;
  readonly savepoint: number;
  readonly settle: number;
  readonly permission: number;
}

const skipped: TurnEnd = { type: 'skipped' };

const isReached = async (before: Under | undefined): Promise<boolean> =>
  !before || (await before.ended).type === 'committed';

function begun(turn: Turn, end: TurnEnd): TurnEnd {
  turn.onBegin();
  return end;
}
