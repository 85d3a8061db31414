import { readdirSync, readFileSync, statSync } from 'node:fs';
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

/** What `longStatement` writes before its long part, more than the driver keeps in memory. */
const firstRows = 8_000;
export const longStatementRows = firstRows + 1;

/** A statement that writes some megabytes into table `n` at once and then works for seconds: files that grow show that it is under way. */
export const longStatement = `INSERT INTO n WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 30000000)
SELECT zeroblob(1000) FROM c WHERE x <= ${firstRows} OR x = 30000000;`;

/** The same without an end. */
export const endlessStatement = `INSERT INTO n WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
SELECT zeroblob(1000) FROM c WHERE x <= ${firstRows};`;

/** Resolves when the process of the target is inside of such a statement, not only about to begin it. */
export const longStatementStarted = (started: Started, project: string): Promise<void> =>
  untilTrue(started, () =>
    readdirSync(project).some(
      (name) =>
        name.startsWith('data.db') && (statSync(join(project, name), { throwIfNoEntry: false })?.size ?? 0) > 1e6,
    ),
  );

async function untilTrue(started: Started, holds: () => boolean): Promise<void> {
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  while (!holds()) {
    if (isOver) throw new Error(`The run ended too early:\n${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
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
export async function killAtLine(started: Started, project: string, lines: number): Promise<boolean> {
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  while (!isOver && journalLines(project) < lines) await new Promise((resolve) => setTimeout(resolve, 1));
  if (isOver) return false;
  const children = markedProcesses(onlyRun(project));
  started.child.kill('SIGKILL');
  for (const pid of new Set([...children, ...markedProcesses(onlyRun(project))])) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  const { signal } = await started.ended;
  return signal === 'SIGKILL';
}
