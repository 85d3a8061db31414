import {
  durationText,
  lookOf,
  type OperationView,
  operationStatusLooks,
  type RunView,
  runStatusLooks,
} from '../../protocol/index.ts';

/** What a screen reader is told. Urgent only where something failed. */
export interface Announcement {
  readonly text: string;
  readonly urgent: boolean;
}

/** What changed between two views of a run, in one sentence; undefined where nothing worth saying did. */
export function announcement(before: RunView | undefined, after: RunView): Announcement | undefined {
  if (before && before.status !== after.status && !isGoing(after)) return ending(after);
  const changed = after.operations.filter((operation, index) => {
    const was = before?.operations[index]?.status ?? 'pending';
    return operation.status !== was;
  });
  const failed = changed.find((operation) => operation.status === 'failed');
  const told = failed ?? changed.at(-1);
  return told && { text: sentence(told, after), urgent: failed !== undefined };
}

/** "Step 2 of 5": the place of an operation among those of its phase. */
export function placeOf(operation: OperationView, run: RunView): string {
  const peers = run.operations.filter((other) => other.phase === operation.phase);
  const word = operation.phase === 'pre_check' ? 'Pre-check' : operation.phase === 'post_check' ? 'Post-check' : 'Step';
  return `${word} ${peers.findIndex((peer) => peer.id === operation.id) + 1} of ${peers.length}`;
}

function sentence(operation: OperationView, run: RunView): string {
  const { word } = lookOf(operationStatusLooks, operation.status);
  const took = operation.durationMs === undefined ? '' : ` after ${durationText(operation.durationMs)}`;
  return `${placeOf(operation, run)} ${word}${took}: ${operation.name}`;
}

function ending(run: RunView): Announcement {
  const { word } = lookOf(runStatusLooks, run.status);
  const why = run.error ? `: ${run.error.message}` : '';
  return {
    text: `${run.rollsBack ? 'Rollback on' : 'Deployment to'} ${run.target} ${word}${why}`,
    urgent: ['failed', 'unknown', 'rollback_partial'].includes(run.status),
  };
}

const isGoing = (run: RunView): boolean => run.status === 'running' || run.status === 'waiting';
