import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createProcesses, openHistory } from '../../adapters/index.ts';
import type { IndexingThread } from '../history-indexer.ts';

/** How often the thread reads on in the journals while the run goes on, in milliseconds. */
const lookMs = 2_000;

/** Folds the journals in memory until it is asked to finish; then saves, answers with what that came to, and ends. */
export function runIndexingThread(): void {
  const { project, dist } = workerData as IndexingThread;
  const history = openHistory({ project, wasm: join(dist, 'sql-wasm.wasm'), processes: createProcesses() });
  let looking: Promise<unknown> = history.fold();
  const timer = setInterval(() => {
    looking = looking.then(() => history.fold());
    looking.catch(() => undefined); // Finishing meets it again, and tells.
  }, lookMs);
  parentPort?.once('message', () => {
    clearInterval(timer);
    void looking
      .catch(() => undefined)
      .then(() => history.sync())
      .then(
        (result) => parentPort?.postMessage(result),
        (error: unknown) => parentPort?.postMessage(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => history.close()); // Nobody waits for it: the thread ends here.
  });
}
