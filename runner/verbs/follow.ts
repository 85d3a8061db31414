import { followJournal } from '../../adapters/index.ts';
import type { RunEvent, RunId } from '../../core/index.ts';
import type { RunStore } from '../run-store.ts';

/** The events of a run from its first, and those to come, until the signal aborts. */
export async function* followRun(store: RunStore, run: RunId, signal: AbortSignal): AsyncGenerator<RunEvent> {
  for await (const stretch of followJournal(store.folder(run), 0, signal)) yield* stretch.events;
}
