import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Started } from './srdeploy.ts';

/** Lines of the journal of a project's only run; 0 before there is one. */
export function journalLines(project: string): number {
  const runs = join(project, '.srdeploy/runs');
  try {
    const [run] = readdirSync(runs);
    return run === undefined ? 0 : readFileSync(join(runs, run, 'events.jsonl'), 'utf8').split('\n').length - 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The id of a project's only run. */
export const onlyRun = (project: string): string => readdirSync(join(project, '.srdeploy/runs'))[0] as string;

/** Processes that carry the marker of a run. */
export function markedProcesses(run: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).split('\0').includes(`SRDEPLOY_RUN=${run}`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // It ended in between, or is not ours.
  }
}

/** Kills a runner with SIGKILL once its journal has so many lines, and then everything that it started. False where it ended before. */
export async function killAtLine(
  started: Started,
  project: string,
  lines: number,
  killChildren = true,
): Promise<boolean> {
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  while (!isOver && journalLines(project) < lines) await new Promise((resolve) => setTimeout(resolve, 1));
  if (isOver) return false;
  const children = killChildren ? markedProcesses(onlyRun(project)) : [];
  started.child.kill('SIGKILL');
  for (const pid of killChildren ? new Set([...children, ...markedProcesses(onlyRun(project))]) : []) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  const { signal } = await started.ended;
  return signal === 'SIGKILL';
}
