import type { CommandLine } from './command-line.ts';
import type { Expectation } from './expectation.ts';
import type { Digest, OperationId } from './ids.ts';
import type { MigrationAction } from './migration.ts';

/** Attempts after the first; the delay before extra attempt n is backoffSec × 2^(n−1) seconds, at most 300. Spec: rulings, "Retry". */
export interface Retry {
  readonly max: number;
  readonly backoffSec: number;
}

/** A script as the plan knows it: its path relative to the project and the checksums that it had when the plan was made. */
export interface ScriptRef {
  readonly path: string;
  /** SHA-256 over the bytes with CRLF read as LF. */
  readonly checksum: Digest;
  /** SHA-256 over the tokens: no comments, white space or line ends. */
  readonly tokenChecksum: Digest;
  /** Files that the script reads with `\i`, in order; absent where it reads none. They belong to the two checksums. */
  readonly includes?: readonly { readonly path: string; readonly checksum: Digest }[];
}

/** `none` states on purpose that there is no way back; undefined means that the author said nothing. */
export type RollbackRef = ScriptRef | 'none' | undefined;

export type OperationPhase = 'pre_check' | 'step' | 'post_check';

interface OperationBase {
  readonly id: OperationId;
  readonly name: string;
  readonly phase: OperationPhase;
  /** The group of the deploy config that the operation belongs to; absent outside of groups. */
  readonly group?: string;
  /** Operations that must have succeeded before this one starts. */
  readonly dependsOn: readonly OperationId[];
  /** Bounds one attempt, in seconds; undefined means no bound. */
  readonly timeoutSec: number | undefined;
  readonly retry: Retry | undefined;
}

export interface MigrationOperation extends OperationBase {
  readonly type: 'migration';
  readonly script: ScriptRef;
  readonly rollback: RollbackRef;
  /** Absent: `apply`. */
  readonly action?: MigrationAction;
  /** Why a person asked for it, where the action needs a reason or a refusal was lifted for this file. */
  readonly reason?: string;
  /** The name of the plan's connection that it runs on; absent: the target's own. */
  readonly connection?: string;
  /** Where it runs on another connection than the target's own: what its database is called. Spec: rulings, "Migration history, twice". */
  readonly database?: string;
  /** Refusals that a person lifted for this file; `reason` says why. Spec: rulings, "Migration history, twice". */
  readonly allows?: readonly Allowance[];
}

/** `out_of_order`: its version is lower than one that is applied already. `duplicate_version`: another file has its version. */
export type Allowance = 'out_of_order' | 'duplicate_version';

export interface SqlCheckOperation extends OperationBase {
  readonly type: 'sql_check';
  readonly sql: string;
  readonly expect: Expectation;
}
export interface BackupOperation extends OperationBase {
  readonly type: 'backup';
  /** A file or folder, relative to the project; `{plan_id}`, `{run_id}` and `{timestamp}` expand when it runs. */
  readonly destination: string;
}
export interface PauseOperation extends OperationBase {
  readonly type: 'pause';
  readonly message: string;
}
export const commandTypes = ['command', 'hook', 'build', 'test', 'deploy'] as const;

/** `command`: a step of a plan document. The others come from a group. Spec: rulings, "Order". */
export type CommandType = (typeof commandTypes)[number];

export interface CommandOperation extends OperationBase {
  readonly type: CommandType;
  readonly command: CommandLine;
  /** Relative to the project, with `/`; `.` is the project. */
  readonly folder: string;
  /** Literals, or one reference each, `${env:NAME}` or `${secret:NAME}`: never a secret in clear. */
  readonly env: Readonly<Record<string, string>>;
  /** Tells whether the command has done its work, where an attempt broke off; undefined: a person is asked. */
  readonly verify: CommandVerification | undefined;
  /** Seconds between being asked to end and being killed. */
  readonly graceSec: number;
  /** Bounds the time without output, in seconds; undefined means no bound. */
  readonly inactivitySec: number | undefined;
  /** Variables of the target's environment that the command is given; absent: none. */
  readonly wants?: WantedVariables;
  /** The migration that the command applies, which runs only where it is pending; absent: none. Spec: rulings, "Group kind". */
  readonly applies?: ScriptRef;
}

/** Names of variables; without a value for a required one nothing runs. Spec: rulings, "Environment variables". */
export interface WantedVariables {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Asks an address until it is healthy, or its time is over. Durations in milliseconds. Spec: orchestration, "Deployment Configuration System". */
export interface HealthCheckOperation extends OperationBase {
  readonly type: 'health_check';
  readonly check: HealthCheck;
  readonly wants?: WantedVariables;
}

export interface HealthCheck {
  /** `${NAME}` stands for a variable of the target's environment. */
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'OPTIONS';
  /** Statuses that mean healthy. */
  readonly statuses: readonly number[];
  /** Literals, or one reference each: never a secret in clear. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contains: string | undefined;
  /** A regular expression. */
  readonly matches: string | undefined;
  /** Bounds one request. */
  readonly requestMs: number;
  /** Bounds all of them. */
  readonly deadlineMs: number;
  /** Between two requests. */
  readonly intervalMs: number;
  /** So many healthy answers in a row are enough. */
  readonly successes: number;
  /** So many answers in a row that are not healthy are enough; undefined: the deadline decides. */
  readonly failures: number | undefined;
}

/** A command that exits with 0 where the work is done, in the same folder and environment, or a query with what it must return. */
export type CommandVerification =
  | { readonly type: 'command'; readonly command: CommandLine }
  | { readonly type: 'sql'; readonly sql: string; readonly expect: Expectation };

export interface ConnectionCheck extends OperationBase {
  readonly type: 'connection';
}
export interface DiskSpaceCheck extends OperationBase {
  readonly type: 'disk_space';
  /** Free space that must be there, in GB of 10⁹ bytes. */
  readonly minGb: number;
  /** The place whose disk is looked at, relative to the project or absolute; absent: where the deployment writes. */
  readonly path?: string;
}
export interface MigrationHistoryCheck extends OperationBase {
  readonly type: 'migration_history';
}
export interface ObjectCountCheck extends OperationBase {
  readonly type: 'object_count';
  /** Tables, views and indexes in the user schemas that must be there. */
  readonly min: number;
}

/** Why a step cannot be taken back. `none`: its author says so; `missing`: nobody gave a rollback script; `gone`: its file is not there. */
export type Irreversibility = 'none' | 'missing' | 'gone' | 'empty' | 'command';

/**
 * A step of the run that is rolled back which has no way back: it stays as it is, and is skipped once a person has confirmed that. Only in
 * plans that roll back. Spec: rulings, "Rollback".
 */
export interface IrreversibleOperation extends OperationBase {
  readonly type: 'irreversible';
  readonly why: Irreversibility;
  /** The migration, or the rollback script that is gone or empty; relative to the project. Undefined for a command. */
  readonly file: string | undefined;
}

/** One unit that a driver executes. Spec: vocabulary, "operation". */
export type Operation =
  | MigrationOperation
  | SqlCheckOperation
  | BackupOperation
  | PauseOperation
  | CommandOperation
  | HealthCheckOperation
  | IrreversibleOperation
  | ConnectionCheck
  | DiskSpaceCheck
  | MigrationHistoryCheck
  | ObjectCountCheck;

export type OperationType = Operation['type'];

/** True for operations that can change the target, so that a lost answer leaves their outcome unknown. Spec: rulings, "Timeout and unknown". */
export const isMutating = ({ type }: { readonly type: OperationType }): boolean =>
  type === 'migration' || isCommandType(type);

export const isCommandType = (type: OperationType): type is CommandType =>
  (commandTypes as readonly OperationType[]).includes(type);

/** True for operations that run a command, whatever they run it for. */
export const isCommand = (operation: Operation): operation is CommandOperation => isCommandType(operation.type);
