import type { FleetId, RunId, TargetId } from './ids.ts';
import type { ProcessIdentity } from './lock.ts';
import type { Failure, RunOutcome } from './run.ts';

/** How many targets run at once, and when no further one is started. */
export interface FleetPolicy {
  /** At most so many runs at once; from 1. */
  readonly parallel: number;
  /** After so many targets that did not succeed no further one is started; 0: always go on. */
  readonly maxFailures: number;
  /** So many targets run alone, one after the other, before the rest; one of them that fails stops the fleet. */
  readonly canary: number;
}

/** How a target of a fleet ended. `refused`: no attempt was made; the reason stands beside it. */
export type FleetTargetOutcome = RunOutcome | 'refused';

/** How a target of a fleet stands. */
export type FleetTargetStatus = FleetTargetOutcome | 'running' | 'waiting' | 'interrupted' | 'not_started';

export type FleetStatus = 'running' | 'succeeded' | 'failed' | 'unknown' | 'cancelled' | 'interrupted' | 'incomplete';

/** What happened, one line each in the fleet's own journal. What a run did stands in the run's. */
export type FleetEventBody =
  | {
      readonly type: 'fleet.created';
      readonly fleet: FleetId;
      readonly by: string;
      /** The plan document or the folder; relative to the project, with `/`. */
      readonly file: string;
      readonly name: string;
      /** In the order in which they are started. */
      readonly targets: readonly TargetId[];
    }
  /** The first start, and every resume. */
  | ({
      readonly type: 'fleet.started';
      readonly by: string;
      readonly process: ProcessIdentity;
    } & FleetPolicy)
  /** On disk before the run is created or goes on. */
  | { readonly type: 'target.started'; readonly target: TargetId; readonly run: RunId }
  | {
      readonly type: 'target.finished';
      readonly target: TargetId;
      readonly run: RunId;
      readonly outcome: FleetTargetOutcome;
      /** Why no attempt was made, or what of our own broke it off. */
      readonly failure?: Failure;
    }
  | { readonly type: 'fleet.finished'; readonly outcome: FleetStatus; readonly stopped: FleetStop | undefined };

/** Why targets were left out. */
export type FleetStop = 'failures' | 'canary' | 'cancelled';

/** One line of a fleet's journal; `at` is ISO 8601, UTC. */
export type FleetEvent = FleetEventBody & { readonly v: 1; readonly at: string };

/** What a fleet's journal says of one target. */
export interface FleetTargetRecord {
  readonly target: TargetId;
  /** Its latest run; undefined where none was started. */
  readonly run: RunId | undefined;
  readonly outcome: FleetTargetOutcome | undefined;
  readonly failure: Failure | undefined;
}

/** What a fleet's journal says, folded. */
export interface FleetRecord {
  readonly id: FleetId;
  readonly by: string;
  readonly file: string;
  readonly name: string;
  readonly createdAt: string;
  readonly finishedAt: string | undefined;
  readonly stopped: FleetStop | undefined;
  /** How often it was started. */
  readonly attempts: number;
  readonly policy: FleetPolicy;
  /** The process of the latest start. */
  readonly process: ProcessIdentity | undefined;
  readonly targets: readonly FleetTargetRecord[];
}
