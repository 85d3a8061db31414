import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listRuns, openJournal, readJournal, readJournalFrom, replaceFile, runFolder } from '../adapters/index.ts';
import {
  createRunFolder,
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
  /** The plan that the run executes; undefined where it is missing or broken. */
  plan(run: RunId): Promise<Plan | undefined>;
  savePlan(run: RunId, plan: Plan): Promise<void>;
  /** Keeps beside a run that another one takes it back; the other's own journal says how far it came. */
  noteRollback(of: RunId, by: RunId): Promise<void>;
  /** The runs that were to take a run back, in the order in which they began. */
  rollbacks(of: RunId): Promise<readonly RunId[]>;
  openJournal(run: RunId, processes: Processes): ReturnType<typeof openJournal>;
  /** The run that a person names: a whole id, the beginning of exactly one, or `latest`. */
  find(
    word: string,
  ): Promise<{ type: 'found'; run: RunId } | { type: 'none' } | { type: 'several'; runs: readonly RunId[] }>;
}

export function createRunStore(project: string): RunStore {
  const folder = (run: RunId) => runFolder(project, run);
  const planFile = (run: RunId) => join(folder(run), 'plan.json');
  const rollbacksFile = (run: RunId) => join(folder(run), 'rollbacks');
  const events = async (run: RunId) => (await readJournal(folder(run)))?.events ?? [];
  return {
    folder,
    list: () => listRuns(project),
    events,
    record: (run) => recordIn(folder(run)),
    plan: (run) => readPlan(planFile(run)),
    savePlan: (run, plan) => replaceFile(planFile(run), `${JSON.stringify(plan, undefined, 2)}\n`),
    noteRollback: (of, by) => appendFile(rollbacksFile(of), `${by}\n`, { mode: 0o600 }),
    rollbacks: async (of) => ((await readIfThere(rollbacksFile(of))) ?? '').split('\n').filter(isRunId),
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

/** Folded a stretch at a time: the log of a run may be larger than the memory. */
async function recordIn(folder: string): Promise<RunRecord | undefined> {
  const run = createRunFolder();
  for await (const { events } of readJournalFrom(folder, 0)) for (const event of events) run.add(event);
  return run.record();
}

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** The stored plan; undefined where there is none, or where what stands there is not one any more. */
async function readPlan(file: string): Promise<Plan | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const plan = JSON.parse(text) as Partial<Plan> | null;
    return plan?.v === 1 && plan.source && plan.target && plan.operations ? (plan as Plan) : undefined;
  } catch {
    return undefined; // Cut off or overwritten: as good as none, and whoever asks for it says so.
  }
}
