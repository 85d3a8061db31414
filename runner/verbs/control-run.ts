import { type OperationId, operationId, type RunId, type RunView, type World } from '../../core/index.ts';
import { type ControlRequest, exitCodes } from '../../protocol/index.ts';
import { sendControl } from '../control/control-client.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { showRun } from './runs.ts';

interface ControlOptions {
  readonly store: RunStore;
  readonly world: Pick<World, 'leases' | 'processes' | 'clock'>;
  readonly by: string;
}

/**
 * Asks the runner to cancel and waits until the run has ended, at most a minute. Where the runner is gone, what it has left at work on this
 * machine is ended, so that the next attempt need not wait for it.
 */
export async function cancelRun(run: RunId, options: ControlOptions): Promise<Result<RunView>> {
  const before = await showRun(options.store, run, options.world);
  if (before?.status === 'interrupted' && (await options.world.processes.marked(run)).length > 0)
    return endLeftBehind(run, options);
  return sendAndWatch(
    run,
    { type: 'cancel' },
    (view) => view.status !== 'running' && view.status !== 'waiting',
    options,
  );
}

/** Between being asked to end and being killed, for processes whose step can no longer say. */
const leftBehindGraceMs = 10_000;

async function endLeftBehind(run: RunId, { store, world }: ControlOptions): Promise<Result<RunView>> {
  const survivors = await world.processes.endMarked(run, leftBehindGraceMs);
  if (survivors.length > 0) {
    const message = `Processes that run ${run} has left cannot be ended: ${survivors.join(', ')}. End them; until then its target stays locked.`;
    return refuse('PROCESSES_LEFT', message, exitCodes.unknown);
  }
  const view = await showRun(store, run, world);
  if (!view) throw new Error(`Run ${run} went away.`);
  return ok(view);
}

/** Continues a run at its pause; without a named operation at the one that waits. */
export async function continueRun(
  run: RunId,
  word: string | undefined,
  options: ControlOptions,
): Promise<Result<RunView>> {
  const before = await showRun(options.store, run, options.world);
  const waiting = before?.operations.find(({ waiting: what }) => what?.reason === 'pause');
  const operation: OperationId | undefined = word === undefined ? waiting?.id : operationId(word);
  if (before?.status !== 'waiting' || operation === undefined) {
    const status = before?.status ?? 'not there';
    const next = status === 'interrupted' ? ` Resume it with: srdeploy resume ${run}` : '';
    return refuse(
      'NOT_WAITING',
      `Run ${run} is ${status}; it does not wait at a pause.${next}`,
      exitCodes.invalidInput,
    );
  }
  const isPast = (view: RunView) => view.operations.find(({ id }) => id === operation)?.waiting === undefined;
  return sendAndWatch(run, { type: 'continue', operation }, isPast, options);
}

const patienceMs = 60_000;

async function sendAndWatch(
  run: RunId,
  request: Exclude<ControlRequest, { type: 'hello' }>,
  isDone: (view: RunView) => boolean,
  { store, world, by }: ControlOptions,
): Promise<Result<RunView>> {
  const answer = await sendControl(store.folder(run), run, by, request);
  if (answer.type !== 'accepted') {
    const message = answer.type === 'welcome' ? 'The runner did not answer.' : answer.message;
    const next = answer.type === 'nobody' ? ` See how it stands with: srdeploy runs show ${run}` : '';
    return refuse('NOT_ACCEPTED', `${message}${next}`, exitCodes.invalidInput);
  }
  const never = new AbortController().signal;
  for (const until = world.clock.monotonicMs() + patienceMs; ; await world.clock.sleep(100, never)) {
    const view = await showRun(store, run, world);
    if (view && isDone(view)) return ok(view);
    if (view?.status === 'interrupted') {
      const message = `The runner of ${run} took the message and is gone; whether it came to it is not in the journal. Resume with: srdeploy resume ${run}`;
      return refuse('INTERRUPTED', message, exitCodes.unknown);
    }
    if (world.clock.monotonicMs() >= until) {
      return refuse(
        'STILL_RUNNING',
        `Run ${run} took the message and has not come to it within a minute.`,
        exitCodes.unknown,
      );
    }
  }
}
