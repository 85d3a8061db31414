import type { Digest, OperationId, RunId, TargetId } from '../model/ids.ts';

/** A migration that is recorded on this machine as applied to a target. */
export interface LocallyApplied {
  readonly checksum: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string | undefined;
}

/** A command that applies a migration, in which a run broke off that no process executes any more: nobody knows how far it came. */
export interface BrokenOff {
  readonly run: RunId;
  readonly operation: OperationId;
  /** Of the migration, relative to the project; undefined where the plan of the run cannot be read. */
  readonly path: string | undefined;
}

/** What the project's own history says, of migrations whose target keeps none because commands apply them. Spec: rulings, "Group kind". */
export interface Ledger {
  /** By path, relative to the project. Read while the lease is held, nobody else can add to it. */
  applied(project: string, target: TargetId): Promise<ReadonlyMap<string, LocallyApplied>>;
  /** The latest run first. What a later try of the same migration has settled is left out. */
  brokenOff(project: string, target: TargetId): Promise<readonly BrokenOff[]>;
}
