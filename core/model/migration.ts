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

/** A row of `srdeploy_migrations` in the target. Primary key: (scope, path). Spec: rulings, "Migration history, twice". */
export interface AppliedMigration {
  readonly scope: string;
  readonly path: string;
  readonly version: string;
  readonly status: 'started' | 'succeeded' | 'rolled_back';
  readonly checksum: Digest;
  readonly tokenChecksum: Digest;
  /** The SQL that was applied, so that a later difference can be shown. */
  readonly sql: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly executionMs: number;
  readonly runId: string;
  /** Statements confirmed so far; only short of the whole while `started`. */
  readonly statementIndex: number;
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
}
