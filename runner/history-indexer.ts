import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SyncResult } from '../adapters/index.ts';
import type { World } from '../core/index.ts';
import { openProjectHistory } from './attempt.ts';
import { actor } from './create-world.ts';
import { projectIn } from './project.ts';
import { pruneDaily } from './prune-daily.ts';
import { createRunStore } from './run-store.ts';
import { trimHeap } from './trim-heap.ts';

/**
 * Brings the index up to date with the journals at the end of an attempt, and of a long one also while it goes on; once a day it removes
 * what is too old.
 */
export interface HistoryIndexer {
  /** Told how many operations the run has as soon as that is known. */
  begin(operations: number): void;
  /** Saves the index. The journals are the truth, so a failure here fails no run: it is said. */
  finish(tell: (message: string) => void): Promise<void>;
}

/** Runs of at least so many operations are indexed by a thread beside the run. */
const manyOperations = 2_000;

/** Much of what the thread makes is short-lived; by itself V8 gives it room for three times as much. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 };

/** What the thread is given, and how it is asked to end. */
export interface IndexingThread {
  readonly project: string;
  readonly dist: string;
}

/** The index of a project's history; `dist` is the folder of the bundles. */
export function createHistoryIndexer(project: string, dist: string, world: World): HistoryIndexer {
  let thread: Worker | undefined;
  let pruning: Promise<string | undefined> | undefined;
  return {
    begin(operations) {
      const by = actor(process.env);
      pruning ??= pruneDaily({ project: projectIn(project), world, store: createRunStore(project), by }, dist);
      trimHeap(operations);
      if (operations < manyOperations || thread) return;
      const workerData: IndexingThread = { project, dist };
      thread = new Worker(join(dist, 'indexer.js'), { workerData, resourceLimits });
      thread.on('error', () => undefined); // Whoever finishes hears of it.
      thread.unref();
    },
    async finish(tell) {
      const report = (result: SyncResult | string) => {
        for (const line of inWords(result)) tell(line);
      };
      const left = await pruning;
      if (left !== undefined) tell(left);
      report(thread ? await finishThread(thread) : await syncHere(project, dist, world));
    },
  };
}

/** What to tell people of a sync; a text is why it failed. */
function inWords(result: SyncResult | string): readonly string[] {
  if (typeof result === 'string')
    return [`The history index could not be saved (the journals are complete): ${result}`];
  if (result.type === 'busy')
    return [`The history index is being written by process ${result.pid}; the next run folds this one in.`];
  return result.problems.map(({ run }) => `The journal of run ${run} has a damaged place.`);
}

async function syncHere(project: string, dist: string, world: World): Promise<SyncResult | string> {
  const history = openProjectHistory(project, dist, world);
  try {
    return await history.sync();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await history.close();
  }
}

function finishThread(thread: Worker): Promise<SyncResult | string> {
  return new Promise((resolve) => {
    thread.ref();
    thread.once('message', resolve);
    thread.once('error', (error) => resolve(error.message));
    thread.once('exit', () => resolve('the thread that writes it ended'));
    thread.postMessage('finish');
  });
}
