import type { CommandLine } from './command-line.ts';
import type { Backend } from './connection.ts';
import type { Expectation } from './expectation.ts';
import type { TargetId } from './ids.ts';
import type { CommandVerification, MigrationOperation, Retry } from './operation.ts';
import type { Located } from './problem.ts';

interface SourceBase {
  /** The whole object. */
  readonly place: Located<undefined>;
  readonly id: Located<string>;
}

export type CheckSource = SourceBase &
  (
    | { readonly type: 'connection' }
    | { readonly type: 'disk_space'; readonly minGb: number; readonly path: string | undefined }
    | { readonly type: 'migration_history' }
    | { readonly type: 'object_count'; readonly min: number }
  );

export type StepSource = SourceBase & {
  readonly name: string | undefined;
  readonly timeoutSec: number | undefined;
  readonly retry: Retry | undefined;
  /** Ids of steps; undefined: the step before it. */
  readonly dependsOn?: readonly Located<string>[] | undefined;
} & (
    | {
        readonly type: 'migration';
        readonly script: Located<string>;
        readonly rollback: Located<string> | undefined;
        /** As of an operation; never in what an author writes as a plan document. */
        readonly via?: MigrationPlace | undefined;
      }
    | { readonly type: 'sql_check'; readonly sql: Located<string>; readonly expect: Expectation }
    | { readonly type: 'backup'; readonly destination: Located<string> }
    | { readonly type: 'pause'; readonly message: string }
    | {
        readonly type: 'command';
        readonly command: CommandLine;
        readonly folder: Located<string> | undefined;
        readonly env: Readonly<Record<string, string>>;
        readonly verify: CommandVerification | undefined;
        readonly graceSec: number | undefined;
        readonly inactivitySec: number | undefined;
      }
  );

/** Another database than the target's, and the connection that leads to it. */
export type MigrationPlace = Required<Pick<MigrationOperation, 'connection' | 'database'>>;

/** A plan document, decoded; every value that a rule or the planner can complain about knows its place. Spec: plan format. */
export interface PlanDocument {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly version: '1.0' | '1.1';
  readonly planId: Located<string>;
  readonly name: string;
  readonly targetEnv: {
    readonly id: Located<TargetId>;
    readonly name: string;
    readonly backend: Located<Backend>;
    readonly connectionRef: Located<string>;
  };
  readonly createdAt: string;
  readonly createdBy: string;
  readonly approvalRequired: boolean;
  readonly preChecks: readonly CheckSource[];
  readonly steps: readonly StepSource[];
  readonly postChecks: readonly CheckSource[];
}
