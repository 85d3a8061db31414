import type { RunId, TargetId } from '../model/ids.ts';
import type { RunRecord } from '../model/record.ts';

/** So long runs and their logs are kept where the config does not say otherwise. Spec: rulings, "Retention". */
export const defaultRetentionDays = 30;

/** A run as retention sees it. */
export interface RetainedRun {
  readonly record: RunRecord;
  /** Somebody executes it, or holds its target for it. */
  readonly isHeld: boolean;
  /** The index of the history has folded in all of its journal. */
  readonly isIndexed: boolean;
}

/** Why a run is older than asked for and stays all the same. */
export type KeptBecause = 'running' | 'last_success' | 'open_failure' | 'not_indexed';

export interface Retention {
  readonly prune: readonly RunId[];
  readonly keep: readonly { readonly run: RunId; readonly because: KeptBecause }[];
}

const dayMs = 86_400_000;

/**
 * Which runs may go: those that ended longer ago than `days`, but never one that goes on, the last success on a target, or a failure that
 * no later success on its target supersedes and that is the newest of its plan there. Spec: rulings, "Retention".
 */
export function prunableRuns(runs: readonly RetainedRun[], now: Date, days: number): Retention {
  const limit = now.getTime() - days * dayMs;
  const newestFirst = [...runs].sort((a, b) => (a.record.id < b.record.id ? 1 : -1));
  const because = createReasons(newestFirst);
  const old = newestFirst.filter(({ record }) => endedAt(record) < limit);
  const judged = old.map((run) => ({ run: run.record.id, because: because(run) }));
  return {
    prune: judged.flatMap((one) => (one.because === undefined ? [one.run] : [])),
    keep: judged.flatMap(({ run, because }) => (because === undefined ? [] : [{ run, because }])),
  };
}

/** When it was last heard of; a run whose time cannot be read is never old. */
function endedAt({ end, attempts, createdAt }: RunRecord): number {
  const at = Date.parse(end.type === 'finished' ? end.at : (attempts.at(-1)?.startedAt ?? createdAt));
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}

function createReasons(newestFirst: readonly RetainedRun[]) {
  const lastSuccess = new Map<TargetId, RunId>();
  const failedPlans = new Set<string>();
  const openFailures = new Set<RunId>();
  const settled = new Set<TargetId>();
  for (const { record } of newestFirst) {
    const { id, target, planFile, purpose } = record;
    if (isGood(record)) {
      if (purpose.type === 'deploy' && !lastSuccess.has(target)) lastSuccess.set(target, id);
      // What only changes the history mends no failure.
      if (purpose.type !== 'history') settled.add(target);
      continue;
    }
    const plan = JSON.stringify([target, planFile, purpose.type]);
    if (!settled.has(target) && !failedPlans.has(plan)) openFailures.add(id);
    failedPlans.add(plan);
  }
  return ({ record, isHeld, isIndexed }: RetainedRun): KeptBecause | undefined => {
    if (isHeld) return 'running';
    if (lastSuccess.get(record.target) === record.id) return 'last_success';
    if (openFailures.has(record.id)) return 'open_failure';
    return isIndexed ? undefined : 'not_indexed';
  };
}

const isGood = ({ end }: RunRecord): boolean =>
  end.type === 'finished' && (end.outcome === 'succeeded' || end.outcome === 'rolled_back');
