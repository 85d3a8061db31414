import type {
  DangerCategory,
  JudgedApproval,
  ManualMigrations,
  MigrationState,
  Need,
  OperationId,
  Plan,
  PlannedConnection,
  PlannedDanger,
  Range,
  RunId,
  RunStatus,
  Severity,
  TargetId,
} from '../core/index.ts';

export type {
  AttemptRecord,
  CommandOperation,
  Failure,
  MigrationStatus,
  Need,
  Operation,
  OperationId,
  OperationStatus,
  OperationType,
  OperationView,
  OutputLine,
  Plan,
  RunId,
  RunStatus,
  RunView,
  Target,
  Waiting,
} from '../core/index.ts';

/** A finding as `--json` and the panels show it; positions are 1-based, UTF-16. */
export interface FindingView {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file?: string;
  readonly range?: Range;
  /** Of the danger report: what sort of harm it is. */
  readonly category?: DangerCategory;
  /** Of the danger report: how to get the same result safely. */
  readonly saferForm?: string;
}

/** What a pending migration can do that people should know before it happens. Its code and rule are stable. */
export interface DangerView extends PlannedDanger {
  /** True for what a person must confirm by name before it happens on production. */
  readonly needsConfirmation: boolean;
}

/** How one operation of a plan stands against the target before it runs. */
export interface PlannedView {
  readonly operation: OperationId;
  /** Only for migrations. */
  readonly state?: MigrationState;
  readonly note?: string;
  /** Only for commands: what will run, as a person would type it. */
  readonly command?: string;
  /** Only for commands: what tells whether it was done, where an attempt broke off. */
  readonly verify?: string;
  /** Only for SQL checks: what the query must give, in words. */
  readonly expects?: string;
}

/** What `Plan` shows: the plan, what was observed, and what it still needs. Nothing observed is part of the digest. */
export interface PlanView {
  readonly plan: Plan;
  readonly summary: string;
  readonly production: boolean;
  readonly operations: readonly PlannedView[];
  readonly findings: readonly FindingView[];
  /** Of the migrations that a run would run, in its order. They refuse nothing. */
  readonly dangers: readonly DangerView[];
  readonly needs: readonly Need[];
  /** Only where the plan needs approval. */
  readonly approvals?: ApprovalsView;
  /** Whether the target answered while planning. */
  /** `without-database`: the target is reached by commands only. */
  readonly reached:
    | { readonly type: 'without-database' }
    | { readonly type: 'yes'; readonly serverVersion: string }
    | { readonly type: 'no'; readonly message: string };
  /** The databases beside the target's own, in the order of their connections' names, and whether they answered. Absent: none. */
  readonly databases?: readonly {
    /** What it is called, or all that share the connection. */
    readonly name: string;
    readonly connection: PlannedConnection;
    readonly reached: PlanView['reached'];
  }[];
  /** Migrations that the deployment leaves to people, with how many are pending; `undefined` where that is not known. Absent: none. */
  readonly manual?: readonly (ManualMigrations & { readonly pending: number | undefined })[];
  /** What was changed in migrations after they were applied; of a rollback, in its scripts since the run was planned. */
  readonly differences?: readonly ScriptDifference[];
}

/** Who approved a plan, and what counts. */
export interface ApprovalsView {
  readonly required: boolean;
  readonly needed: number;
  /** How many count for this version, if the person who looks runs it. */
  readonly have: number;
  readonly selfApproval: boolean;
  /** Of every version of the plan, earlier ones first. */
  readonly given: readonly JudgedApproval[];
  /** How many were for earlier versions. */
  readonly earlier: number;
}

/** A plan document of the project and the last run of it on each target. */
export interface PlanDocumentView {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly name: string;
  /** The document's own target; undefined where the document cannot be read. */
  readonly target?: TargetId;
  readonly production: boolean;
  readonly problem?: string;
  readonly lastRuns: readonly {
    readonly target: TargetId;
    readonly run: RunId;
    readonly status: RunStatus;
    readonly at: string;
  }[];
}

/** What was changed in a script since it was planned or applied; `unified` is undefined where the text was not kept. Secrets are masked. */
export interface ScriptDifference {
  /** Relative to the project, with `/`. */
  readonly script: string;
  /** A unified difference: two header lines, then hunks. */
  readonly unified: string | undefined;
}

/** An answer that is not what was asked for: what is wrong and what to do next. `exitCode` as ruled. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  readonly problems?: readonly FindingView[];
  readonly needs?: readonly Need[];
  /** What a resume would run that the plan of the run does not have. */
  readonly differences?: readonly ScriptDifference[];
}

/** A script as the project's own history knows it. */
export interface RecordedScript {
  /** Relative to the project. */
  readonly file: string;
  readonly status: 'success' | 'failed' | 'rolled_back';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by?: string;
  /** True where the file is not what was applied any more. */
  readonly isChanged: boolean;
}
