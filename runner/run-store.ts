import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listRuns, openJournal, readJournal, replaceFile, runFolder } from '../adapters/index.ts';
import {
  foldRun,
  isRunId,
  type Plan,
  type Processes,
  type RunEvent,
  type RunId,
  type RunRecord,
} from '../core/index.ts';

/** The folders of a project's runs: plan, journal, control address. */
export interface RunStore {
  folder(run: RunId): string;
  list(): Promise<readonly RunId[]>;
  /** What the journal says; undefined where there is no such run. */
  record(run: RunId): Promise<RunRecord | undefined>;
  events(run: RunId): Promise<readonly RunEvent[]>;
  plan(run: RunId): Promise<Plan | undefined>;
  savePlan(run: RunId, plan: Plan): Promise<void>;
  openJournal(run: RunId, processes: Processes): ReturnType<typeof openJournal>;
  /** The run that a person names: a whole id, the beginning of exactly one, or `latest`. */
  find(
    word: string,
  ): Promise<{ type: 'found'; run: RunId } | { type: 'none' } | { type: 'several'; runs: readonly RunId[] }>;
}

export function createRunStore(project: string): RunStore {
  const folder = (run: RunId) => runFolder(project, run);
  const planFile = (run: RunId) => join(folder(run), 'plan.json');
  const events = async (run: RunId) => (await readJournal(folder(run)))?.events ?? [];
  return {
    folder,
    list: () => listRuns(project),
    events,
    record: async (run) => foldRun(await events(run)),
    plan: (run) => readPlan(planFile(run)),
    savePlan: (run, plan) => replaceFile(planFile(run), `${JSON.stringify(plan, undefined, 2)}\n`),
    openJournal: (run, processes) => openJournal(folder(run), processes),
    async find(word) {
      const runs = await listRuns(project);
      const [newest] = runs;
      if (word === 'latest') return newest ? { type: 'found', run: newest } : { type: 'none' };
      if (isRunId(word)) return runs.includes(word) ? { type: 'found', run: word } : { type: 'none' };
      const matching = word === '' ? [] : runs.filter((run) => run.startsWith(word) || run.endsWith(word));
      const [only, ...others] = matching;
      if (!only) return { type: 'none' };
      return others.length > 0 ? { type: 'several', runs: matching } : { type: 'found', run: only };
    },
  };
}

async function readPlan(file: string): Promise<Plan | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Plan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
