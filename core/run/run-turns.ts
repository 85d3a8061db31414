import type { HeldLease } from '../lock/held-lease.ts';
import type { Operation } from '../model/operation.ts';
import type { RunEventBody } from '../model/run.ts';
import type { DatabaseSession, TurnEnd } from '../ports/databases.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import type { Intents } from './intents.ts';
import { type Ahead, emptyLane, type Lane } from './operations/ahead.ts';
import { committedResult, finishedRow } from './operations/migration-result.ts';
import { prepareTurn, type ReadyTurn } from './operations/prepare-turn.ts';
import { type AttemptContext, finished, type RunContext, started } from './run-with-retry.ts';

/** The operations of an attempt that are not done, in order. */
export interface Todo {
  readonly operations: readonly Operation[];
  readonly intents: Intents;
  /** The number of the try that an operation would be. */
  tryOf(operation: Operation): number;
  /** False where an earlier attempt has left open what became of the operation. */
  isFresh(operation: Operation): boolean;
}

type TurnContext = AttemptContext & { readonly lease: HeldLease };

/** So many migrations are on their way at a time, one of which runs. */
const mostUnderWay = 3;
/** What takes longer, or has something to say, is shown while it runs: its operation takes it over. Milliseconds. */
const quickMs = 50;

/**
 * Migrations of one database that follow one another and are plain, each sent while the one before it runs; gives how many of them are done. Only what was
 * committed at once is told here. The first that was not is left under way in the lane of its database, and its operation tells what becomes of it.
 */
export async function* runTurns(
  from: number,
  todo: Todo,
  attempt: RunContext,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, number> {
  const first = todo.operations[from];
  if (first?.type !== 'migration') return 0;
  const target = attempt.targets.of(first);
  const context: TurnContext = { ...attempt, target };
  const session = target.current();
  if (!session?.applyTurn || !target.history || !target.lockHeld || context.plan.transaction === 'all') return 0;
  const alarm = createAlarm(context.world.clock);
  const ringOnCancel = () => target.lane.under[0]?.ring?.();
  signal.addEventListener('abort', ringOnCancel, { once: true });
  try {
    for (let done = 0; ; done++) {
      await sendMore(from + done, todo, context, session, signal);
      const [ahead] = target.lane.under;
      if (!ahead) return done;
      await context.lease.at(ahead.operation.id);
      const end = await quickEnd(ahead, target.lane, context, alarm, signal);
      if (end?.type === 'skipped') target.lane = emptyLane();
      if (end?.type !== 'committed') return done;
      target.lane.under.shift();
      const number = todo.tryOf(ahead.operation);
      yield started(ahead.operation, number);
      yield told(ahead, end, number, context);
      yield* todo.intents.ahead(from + done + 1);
    }
  } finally {
    signal.removeEventListener('abort', ringOnCancel);
    alarm.stop();
  }
}

async function sendMore(
  next: number,
  { operations, intents, isFresh }: Todo,
  context: TurnContext,
  session: DatabaseSession,
  signal: AbortSignal,
): Promise<void> {
  const { lane } = context.target;
  while (lane.under.length < mostUnderWay && !signal.aborted) {
    const index = next + lane.under.length;
    const operation = operations[index];
    if (!operation || index >= intents.stored() || !isFresh(operation)) return;
    if (context.targets.of(operation) !== context.target) return;
    // Whatever keeps it from being prepared is met again in the usual way, and told of the right migration.
    const ready = await prepareTurn(operation, session, context).catch(() => undefined);
    if (!ready) return;
    lane.under.push(send(ready, context, session));
  }
}

function send({ turn, ...ready }: ReadyTurn, { target, lease, world }: TurnContext, session: DatabaseSession): Ahead {
  const { lane } = target;
  const own: Omit<Ahead, 'ended'> = {
    ...ready,
    end: undefined,
    endedAt: undefined,
    isCommitting: false,
    begunAt: world.clock.monotonicMs(),
    notices: [],
    ring: undefined,
  };
  const end = (end: Ahead['end']) => {
    own.end = end;
    own.endedAt = world.clock.monotonicMs();
    ringFirst(lane);
  };
  const onBegin = () => {
    own.begunAt = world.clock.monotonicMs();
    target.onNotice = (notice) => {
      own.notices.push(notice);
      ringFirst(lane);
    };
  };
  const onCommit = () => {
    own.isCommitting = true;
    ringFirst(lane);
  };
  const told = { ...turn, permit: lease.confirm, onBegin, onCommit };
  const sent = session.applyTurn?.(told, lane.cancel.signal);
  const ended = sent ?? Promise.resolve<TurnEnd>({ type: 'skipped' });
  // Whoever takes the migration over has the failure.
  ended.then(end, () => end('thrown'));
  return Object.assign(own, { ended });
}

/**
 * The first of those under way has something to tell. What was committed is told while the target commits the next one, so that the
 * target is not kept waiting for the runner.
 */
const isReady = ({ under: [first, next] }: Lane): boolean =>
  first !== undefined &&
  (first.notices.length > 0 ||
    (first.end !== undefined &&
      (isOpenEnd(first.end) || !next || next.isCommitting || next.end !== undefined || next.notices.length > 0)));

const isOpenEnd = (end: TurnEnd | 'thrown'): boolean => end === 'thrown' || end.type !== 'committed';

function ringFirst(lane: Lane): void {
  if (isReady(lane)) lane.under[0]?.ring?.();
}

/** What became of a migration, if that is soon known and there is nothing else to tell. */
async function quickEnd(
  ahead: Ahead,
  lane: Lane,
  { world }: TurnContext,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<TurnEnd | undefined> {
  if (!isReady(lane) && !signal.aborted) {
    await new Promise<void>((resolve) => {
      ahead.ring = resolve;
      alarm.set(Math.max(ahead.begunAt + quickMs, world.clock.monotonicMs() + 1), resolve);
    });
    alarm.clear();
    ahead.ring = undefined;
  }
  return ahead.end === 'thrown' || ahead.notices.length > 0 ? undefined : ahead.end;
}

/** The good end of a migration, which the history has from now on. */
function told(
  { operation, member, begunAt, endedAt }: Ahead,
  { executionMs }: Extract<TurnEnd, { type: 'committed' }>,
  number: number,
  context: TurnContext,
): RunEventBody {
  const { scope, path } = member.claim;
  context.target.history?.set(operation.script.path, finishedRow(member, executionMs, context));
  const result = committedResult([{ scope, path, executionMs }], [member]);
  const now = context.world.clock.monotonicMs();
  return finished(operation, number, result, (endedAt ?? now) - begunAt, true);
}
