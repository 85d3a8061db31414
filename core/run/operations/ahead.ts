import { linkedAbort } from '../../base/linked-abort.ts';
import type { OperationId } from '../../model/ids.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import type { DatabaseSession, Notice, TurnEnd } from '../../ports/databases.ts';
import type { Member } from './member.ts';
import type { ScriptText } from './script-text.ts';

/**
 * A migration that was sent to the target in its turn, while the one before it was under way. As a rule it is done before its operation
 * could begin; whatever else becomes of it is its operation's to tell, which takes it over.
 */
export interface Ahead {
  readonly operation: MigrationOperation;
  readonly script: ScriptText;
  readonly member: Member;
  readonly ended: Promise<TurnEnd>;
  /** What `ended` came to, once it has; `thrown` where it was rejected. */
  end: TurnEnd | 'thrown' | undefined;
  /** When it ended, on the same clock as `begunAt`. */
  endedAt: number | undefined;
  /** What commits it is on its way. */
  isCommitting: boolean;
  /** When it began, on the engine's monotonic clock, as far as that is known; milliseconds. */
  begunAt: number;
  /** What the server said of it. */
  readonly notices: Notice[];
  /** Told that it has ended, or that the server has said something. */
  ring: (() => void) | undefined;
}

/** The migrations that are under way, in the order of the plan. */
export interface Lane {
  readonly under: Ahead[];
  /** Ends all of them. */
  readonly cancel: AbortController;
}

/** Where migrations may be under way. */
export interface Lanes {
  lane: Lane;
}

export const emptyLane = (): Lane => ({ under: [], cancel: new AbortController() });

/** What is under way for an operation that comes next; undefined where nothing is. */
export function aheadOf(operation: OperationId, { lane }: Lanes): Ahead | undefined {
  const [first] = lane.under;
  return first?.operation.id === operation ? first : undefined;
}

/** True where something of the operation was begun in the target, which it has to tell of, also after a cancel. */
export async function isUnderWay(operation: OperationId, target: Lanes, signal: AbortSignal): Promise<boolean> {
  const ahead = aheadOf(operation, target);
  if (!ahead) return false;
  target.lane.cancel.abort(signal.reason);
  const end = await ahead.ended.catch(() => 'thrown' as const);
  return end === 'thrown' || end.type !== 'skipped';
}

/** Waits for what was sent ahead and hands it over; the operation's own cancel reaches it. */
export async function takeAhead(ahead: Ahead, target: Lanes, signal: AbortSignal): Promise<TurnEnd> {
  const { lane } = target;
  const { controller, unlink } = linkedAbort(signal);
  const follow = () => lane.cancel.abort(signal.reason);
  controller.signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) follow();
  try {
    return await ahead.ended;
  } finally {
    lane.under.splice(lane.under.indexOf(ahead), 1);
    controller.signal.removeEventListener('abort', follow);
    unlink();
    // Those behind it may have been committed before the cancel reached them: they are told as well.
    if (lane.cancel.signal.aborted && lane.under.length === 0) target.lane = emptyLane();
  }
}

/** Rolls back what was opened ahead of an operation that does not take it over. */
export async function discardAhead(
  operation: OperationId,
  session: DatabaseSession,
  target: Lanes,
): ReturnType<DatabaseSession['rollback']> {
  const ahead = aheadOf(operation, target);
  if (!ahead) return { type: 'done', value: undefined };
  target.lane.cancel.abort();
  const end = await ahead.ended;
  target.lane = emptyLane();
  if (end.type === 'committed')
    throw new Error('A migration was committed ahead of an operation that has found something else.');
  return end.type === 'skipped' ? { type: 'done', value: undefined } : session.rollback();
}
