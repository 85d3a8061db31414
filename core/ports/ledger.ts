import type { Digest, TargetId } from '../model/ids.ts';

/** A migration that is recorded on this machine as applied to a target. */
export interface LocallyApplied {
  readonly checksum: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string | undefined;
}

/** What the project's own history says, of migrations whose target keeps none because commands apply them. Spec: rulings, "Group kind". */
export interface Ledger {
  /** By path, relative to the project. Read while the lease is held, nobody else can add to it. */
  applied(project: string, target: TargetId): Promise<ReadonlyMap<string, LocallyApplied>>;
}
