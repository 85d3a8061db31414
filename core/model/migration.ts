import type { Digest } from './ids.ts';

/** How a migration file stands against its target. `unknown`: the target could not be read. */
export type MigrationState =
  | 'applied'
  | 'pending'
  | 'changed'
  | 'missing'
  | 'renamed'
  | 'failed'
  | 'rolled_back'
  | 'unknown';

/**
 * What a migration operation does with its script. `apply`: run it. `roll_back`: run its rollback script, and its row becomes
 * `rolled_back`. `mark_applied`: write the row, run nothing. `accept_change`: take the file as it is now for what was applied.
 * Spec: rulings, "Migration history, twice", "Rollback".
 */
export type MigrationAction = 'apply' | 'roll_back' | 'mark_applied' | 'accept_change';

/** A row of `srdeploy_migrations` in the target. Primary key: (scope, path). Spec: rulings, "Migration history, twice". */
export interface AppliedMigration {
  readonly scope: string;
  readonly path: string;
  readonly version: string;
  /** `started` and `rolling_back`: statement by statement, and not at the end yet. */
  readonly status: 'started' | 'succeeded' | 'rolling_back' | 'rolled_back';
  readonly checksum: Digest;
  readonly tokenChecksum: Digest;
  /** The SQL that was applied, so that a later difference can be shown; while `rolling_back`, of the rollback script. */
  readonly sql: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly executionMs: number;
  readonly runId: string;
  /** Statements confirmed so far: only short of the whole while `started` or `rolling_back`. */
  readonly statementIndex: number;
  /** True where the statement at `statementIndex` (from 0) was sent and nobody has recorded what became of it. */
  readonly inFlight: boolean;
  /** Why a person wrote or changed the row, such as for `mark_applied`; undefined for what a run applied. */
  readonly reason: string | undefined;
}

/** One migration file of a plan and how it stands. `appliedAt` only where it was applied. */
export interface MigrationStatus {
  readonly file: string;
  readonly version: string;
  readonly state: MigrationState;
  readonly checksum: Digest | undefined;
  readonly appliedAt: string | undefined;
  /** Why the state is what it is, where that is not plain. */
  readonly note: string | undefined;
  /** The database that it belongs to, where that is not the target's own. */
  readonly database?: string;
}
