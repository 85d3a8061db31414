import { type Audience, isFor, type NotificationEvent, type RunView, type Waiting } from '../core/index.ts';

/** Something that a run did which people may want to be told of. */
export interface RunNotice {
  readonly event: NotificationEvent;
  /** The same for the same event of the same attempt, so that it is told once; two pauses are two events. */
  readonly key: string;
}

/**
 * What became of a run between two looks at it, in order. `before`: undefined where it was not seen before; then what was before `since`
 * (milliseconds since 1970) is old news. A change of what is recorded deploys nothing, and is not told.
 */
export function noticesOf(before: RunView | undefined, after: RunView, since: number): readonly RunNotice[] {
  if (after.onlyRecords) return [];
  const attempt = after.attempts.at(-1);
  const isNewAttempt = after.attempt > (before?.attempt ?? 0);
  const isNews = before !== undefined || Date.parse(attempt?.startedAt ?? after.createdAt) >= since;
  const hasEndedSince = after.finishedAt !== undefined && Date.parse(after.finishedAt) >= since;
  const standing = standingOf(after);
  const isAsBefore = !isNewAttempt && before !== undefined && standingOf(before)?.key === standing?.key;
  return [
    ...(isNews && isNewAttempt ? [{ event: 'started', key: keyOf(after, 'started') } as const] : []),
    ...(standing && !isAsBefore && (isNews || hasEndedSince) ? [standing] : []),
  ];
}

/** The notice that is told of several at once, the last that a channel asks for: who hears of the end need not hear of the start. */
export const noticeToTell = (
  notices: readonly RunNotice[],
  { target }: RunView,
  channels: readonly Audience[],
): RunNotice | undefined => notices.findLast(({ event }) => channels.some((channel) => isFor(channel, event, target)));

/** The button that a message has beside the one that opens the run. */
export function actionOf({ event }: RunNotice, run: RunView): 'resume' | 'approve' | undefined {
  if (event === 'failed' && run.resumeFrom !== undefined) return 'resume';
  return event === 'waiting' && waitOf(run)?.reason === 'approval' ? 'approve' : undefined;
}

/** The wait for a person that a run is in; time ends the others. */
export const waitOf = ({ waiting, operations }: RunView): Waiting | undefined =>
  [waiting, ...operations.map((operation) => operation.waiting)].find((one) => one && one.reason !== 'retry');

function standingOf(run: RunView): RunNotice | undefined {
  switch (run.status) {
    case 'running':
      return undefined;
    case 'waiting': {
      const wait = waitOf(run);
      return { event: 'waiting', key: keyOf(run, 'waiting', wait?.reason === 'pause' ? wait.message : '') };
    }
    case 'succeeded':
    case 'rolled_back':
      return { event: run.status, key: keyOf(run, run.status) };
    // A runner that was killed tells nobody; a window that looks sees it.
    case 'interrupted':
    case 'failed':
    case 'cancelled':
    case 'unknown':
    case 'rollback_partial':
      return { event: 'failed', key: keyOf(run, 'failed') };
  }
}

const keyOf = ({ id, attempt }: RunView, event: NotificationEvent, more = ''): string =>
  JSON.stringify([id, attempt, event, more]);
