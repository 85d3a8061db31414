import type { History, IndexedRun } from '../../adapters/index.ts';
import {
  checkConfigText,
  createRedactor,
  defaultRetentionDays,
  isError,
  type KeptBecause,
  prunableRuns,
  type Retention,
  type RunId,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { pruneFleets } from '../fleet/prune-fleets.ts';
import { livenessOf } from '../liveness.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';
import type { RunStore } from '../run-store.ts';

export interface PruneOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly history: History;
  readonly by: string;
  /** How many days runs are kept; undefined: what the config says. */
  readonly days: number | undefined;
  /** Say what would go, and remove nothing. */
  readonly dryRun: boolean;
  /** Who asked: a person, or the start of a run. */
  readonly asked: 'by_hand' | 'daily';
}

export interface Pruned {
  readonly days: number;
  /** The runs that went, or would. */
  readonly pruned: readonly RunId[];
  /** Runs that are older and stay, and why. */
  readonly kept: readonly { readonly run: RunId; readonly because: KeptBecause }[];
}

/** Removes the runs that are older than the project keeps them. Spec: rulings, "Retention". */
export async function pruneHistory(options: PruneOptions): Promise<Result<Pruned>> {
  const days = options.days === undefined ? await retentionDays(options) : ok(options.days);
  if (days.type === 'error') return days;
  const judge = (runs: readonly IndexedRun[]) => judgeRuns(runs, days.value, options);
  if (options.dryRun) {
    const { prune, keep } = await judge(await options.history.indexed());
    return ok({ days: days.value, pruned: prune, kept: keep });
  }
  return refusedUnrecorded(async () => {
    let judged: Retention = { prune: [], keep: [] };
    const result = await options.history.prune(async (runs) => {
      judged = await judge(runs);
      if (judged.prune.length > 0) await recordPrune(judged.prune, days.value, options);
      return judged.prune;
    });
    if (result.type === 'busy') {
      const message = `Process ${result.pid} on ${result.host} writes the history. Try again when it has ended.`;
      return refuse('HISTORY_BUSY', message, exitCodes.locked);
    }
    const runs = await options.store.list();
    await pruneFleets({ project: options.project.root, world: options.world, days: days.value, runs });
    return ok({ days: days.value, pruned: result.pruned, kept: judged.keep });
  });
}

/** What the config says. One that cannot be read might keep runs for longer, and is refused with its problems. */
export async function retentionDays({
  project,
  world,
}: Pick<PruneOptions, 'project'> & { readonly world: Pick<World, 'files'> }): Promise<Result<number>> {
  const read = project.configFile === undefined ? undefined : await world.files.readText(project.configFile);
  const checked = read?.type === 'found' ? checkConfigText(project.configFile ?? '', read.text) : undefined;
  if (checked?.problems.some(isError)) return refuseProblems(checked.problems);
  return ok(checked?.config?.retention?.days ?? defaultRetentionDays);
}

async function judgeRuns(
  runs: readonly IndexedRun[],
  days: number,
  { world, store }: Pick<PruneOptions, 'world' | 'store'>,
): Promise<Retention> {
  const held = new Set<RunId>();
  for (const target of new Set(runs.map(({ record }) => record.target))) {
    const { lease } = (await world.leases.read(target)).state;
    if (lease) held.add(lease.run);
  }
  const retained = runs.map(async (run) => ({
    ...run,
    isHeld: held.has(run.record.id) || (await livenessOf(run.record, store.folder(run.record.id), world)) === 'live',
  }));
  return prunableRuns(await Promise.all(retained), world.clock.now(), days);
}

/** Names beyond so many are counted only. */
const namedRuns = 1_000;

async function recordPrune(runs: readonly RunId[], days: number, { world, by, asked }: PruneOptions): Promise<void> {
  const details = { days, asked, count: runs.length, runs: runs.slice(0, namedRuns) };
  await recordFirst(world.audit, [{ action: 'history.pruned', by, details }], createRedactor([]));
}
