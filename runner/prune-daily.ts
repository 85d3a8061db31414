import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, storeFolder } from '../adapters/index.ts';
import { newRunId } from '../core/index.ts';
import { openProjectHistory } from './attempt.ts';
import { type PruneOptions, pruneHistory, retentionDays } from './verbs/history-prune.ts';

const dayMs = 86_400_000;

/**
 * Removes what is too old, at most once a day, beside a run that has begun. Costs a look at one small file on every other day, and fails
 * no run: gives what to tell, where something went wrong. Spec: rulings, "Retention".
 */
export async function pruneDaily(
  options: Pick<PruneOptions, 'project' | 'world' | 'store' | 'by'>,
  dist: string,
): Promise<string | undefined> {
  const { project, world } = options;
  const mark = join(storeFolder(project.root), 'state', 'pruned-at');
  try {
    const now = world.clock.now();
    if (!isDue(await readFile(mark, 'utf8').catch(() => ''), now)) return undefined;
    const days = await retentionDays(options);
    // What is wrong with the config keeps the run itself from starting, and is told by it.
    if (days.type === 'error') return undefined;
    if (await isAnyOld(options, days.value, now)) {
      const history = openProjectHistory(project.root, dist, world);
      try {
        const pruned = await pruneHistory({ ...options, history, days: days.value, dryRun: false, asked: 'daily' });
        if (pruned.type === 'error') return `Old runs were not removed: ${pruned.error.message}`;
      } finally {
        await history.close();
      }
    }
    await replaceFile(mark, `${now.toISOString()}\n`);
    return undefined;
  } catch (error) {
    return `Old runs were not removed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A mark that was never made, cannot be read, or lies in the future is none. */
function isDue(mark: string, now: Date): boolean {
  const since = now.getTime() - Date.parse(mark);
  return !(since >= 0 && since < dayMs);
}

/** By the ids of runs, which begin with their moment: no file is opened. */
async function isAnyOld({ store }: Pick<PruneOptions, 'store'>, days: number, now: Date): Promise<boolean> {
  const oldest = (await store.list()).at(-1);
  return oldest !== undefined && oldest < newRunId(new Date(now.getTime() - days * dayMs), '0000');
}
