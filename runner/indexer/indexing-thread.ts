import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createProcesses, openHistory } from '../../adapters/index.ts';
import type { IndexingThread } from '../history-indexer.ts';

/** How often the thread reads on in the journals while the run goes on, in milliseconds; */
const lookMs = 2_000;
/** and no oftener than that a look is so small a part of the time: it takes longer the more operations there are. */
const looksApart = 10;

/** Folds the journals in memory until it is asked to finish; then saves, answers with what that came to, and ends. */
export function runIndexingThread(): void {
  const { project, dist } = workerData as IndexingThread;
  const history = openHistory({ project, wasm: join(dist, 'sql-wasm.wasm'), processes: createProcesses() });
  let looking: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isFinishing = false;
  const look = () => {
    const begun = performance.now();
    looking = history.fold();
    const again = () => {
      if (isFinishing) return;
      timer = setTimeout(look, Math.max(lookMs, (performance.now() - begun) * looksApart));
    };
    looking.then(again, again); // Finishing meets what failed again, and tells.
  };
  look();
  parentPort?.once('message', () => {
    isFinishing = true;
    clearTimeout(timer);
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
