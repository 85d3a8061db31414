import type {
  FleetPolicy,
  FleetRecord,
  FleetStatus,
  FleetStop,
  FleetTargetRecord,
  FleetTargetStatus,
} from '../model/fleet.ts';
import type { FleetId, OperationId, RunId, TargetId } from '../model/ids.ts';
import type { RunRecord } from '../model/record.ts';
import type { Failure } from '../model/run.ts';
import { type Liveness, runStatus } from '../model/run-status.ts';

/** One target of a fleet, as `--json` shows it. */
export interface FleetTargetView {
  readonly target: TargetId;
  readonly status: FleetTargetStatus;
  readonly run?: RunId;
  /** Attempts of its run. */
  readonly attempts: number;
  /** Migrations that its run applied, over all attempts. */
  readonly migrations: number;
  /** From the beginning of the latest attempt to its end, in milliseconds. */
  readonly durationMs?: number;
  readonly error?: Failure & { readonly operation?: OperationId };
}

/** One fleet, as `--json` shows it. */
export interface FleetView {
  readonly id: FleetId;
  readonly status: FleetStatus;
  readonly plan: { readonly file: string; readonly name: string };
  readonly by: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly attempts: number;
  readonly policy: FleetPolicy;
  /** Why targets were left out at the latest start. */
  readonly stopped?: FleetStop;
  readonly counts: FleetCounts;
  /** In the order in which they are started. */
  readonly targets: readonly FleetTargetView[];
}

/** How many targets stand how. `migrations`: applied on all of them together. */
export type FleetCounts = Readonly<Partial<Record<FleetTargetStatus, number>>> & {
  readonly total: number;
  readonly migrations: number;
};

/** A fleet as people and scripts see it. `live`: whether its process is there; `targets` as `fleetTargetView` gives them. */
export function fleetView(fleet: FleetRecord, targets: readonly FleetTargetView[], liveness: Liveness): FleetView {
  return {
    id: fleet.id,
    status: liveness === 'live' ? 'running' : fleetStatus(targets),
    plan: { file: fleet.file, name: fleet.name },
    by: fleet.by,
    createdAt: fleet.createdAt,
    ...(fleet.finishedAt !== undefined && { finishedAt: fleet.finishedAt }),
    attempts: fleet.attempts,
    policy: fleet.policy,
    ...(fleet.stopped && { stopped: fleet.stopped }),
    counts: countsOf(targets),
    targets,
  };
}

/** How a target stands: by its run's journal, which is the truth; by the fleet's where there is no run. */
export function fleetTargetView(
  { target, run, outcome, failure }: FleetTargetRecord,
  record: RunRecord | undefined,
  liveness: Liveness,
): FleetTargetView {
  if (!record) return withoutRun(target, run, outcome, failure);
  const status = runStatus(record, liveness);
  const error = status === 'succeeded' ? undefined : (failureOf(record) ?? failure);
  return {
    target,
    status,
    ...(run !== undefined && { run }),
    attempts: record.attempts.length,
    migrations: record.operations.filter(({ type, status }) => type === 'migration' && status === 'succeeded').length,
    ...durationOf(record),
    ...(error && { error }),
  };
}

/** A run whose journal was removed for its age is told as the fleet's journal says it ended; one that was never created was not started. */
function withoutRun(
  target: TargetId,
  run: RunId | undefined,
  outcome: FleetTargetRecord['outcome'],
  failure: Failure | undefined,
): FleetTargetView {
  const isGone = outcome !== undefined && outcome !== 'refused' && run !== undefined;
  const isTold = outcome !== undefined && (isGone || failure !== undefined);
  return {
    target,
    status: isTold ? outcome : 'not_started',
    ...(isGone && { run }),
    attempts: 0,
    migrations: 0,
    ...(isTold && failure && { error: failure }),
  };
}

/** What the operation says that broke the run off, else what the run says itself. */
function failureOf({ operations, failure }: RunRecord): FleetTargetView['error'] {
  const broken = operations.find((one) => one.failure && (one.status === 'failed' || one.status === 'unknown'));
  return broken?.failure ? { ...broken.failure, operation: broken.id } : failure;
}

function durationOf({ attempts }: RunRecord): { readonly durationMs?: number } {
  const latest = attempts.at(-1);
  if (latest?.end.type !== 'finished') return {};
  return { durationMs: Math.max(0, Date.parse(latest.end.at) - Date.parse(latest.startedAt)) };
}

function countsOf(targets: readonly FleetTargetView[]): FleetCounts {
  const counts: Partial<Record<FleetTargetStatus, number>> = {};
  for (const { status } of targets) counts[status] = (counts[status] ?? 0) + 1;
  const migrations = targets.reduce((sum, one) => sum + one.migrations, 0);
  return { total: targets.length, ...counts, migrations };
}

/** What is worst decides. */
function fleetStatus(targets: readonly FleetTargetView[]): FleetStatus {
  const has = (...statuses: readonly FleetTargetStatus[]) => targets.some(({ status }) => statuses.includes(status));
  if (has('unknown')) return 'unknown';
  if (has('failed', 'refused', 'rolled_back', 'rollback_partial')) return 'failed';
  if (has('interrupted', 'running', 'waiting')) return 'interrupted';
  if (has('cancelled')) return 'cancelled';
  return has('not_started') ? 'incomplete' : 'succeeded';
}
