import type { Connection, PlannedConnection } from './connection.ts';
import type { Digest, RunId } from './ids.ts';
import type { Operation } from './operation.ts';
import type { Target } from './target.ts';

/** Whether a run of the plan needs approvals, and whose. Spec: rulings, "Approval". */
export interface ApprovalRule {
  readonly required: boolean;
  readonly minApprovals: number;
  readonly selfApproval: boolean;
}

/** What a plan was compiled from. `migrations_folder`: the files of one folder, in their order. */
export interface PlanSource {
  readonly kind: 'plan_document' | 'migrations_folder' | 'deploy_config';
  /** The document, the folder or the config; relative to the project, with `/`. */
  readonly file: string;
  /** The document's `plan_id`; for a folder or a config its path. */
  readonly planId: string;
  readonly name: string;
  readonly createdBy: string;
  /** The version that the plan stops at; absent: the source as a whole. */
  readonly to?: string;
}

/**
 * What a plan is for. `deploy`: to bring the target forward. `roll_back`: to take back what the run `of` applied. `history`: to change what
 * is recorded and nothing else. Spec: rulings, "Rollback"; design, "Processes and files".
 */
export type PlanPurpose =
  | { readonly type: 'deploy' }
  | { readonly type: 'roll_back'; readonly of: RunId }
  | { readonly type: 'history' };

/** Migrations of a database with the strategy `manual`, which this deployment does not run. */
export interface ManualMigrations {
  readonly database: string;
  /** The folder, relative to the project. */
  readonly folder: string;
  /** Its migrations, in their order. */
  readonly files: readonly string[];
  /** What runs them. */
  readonly command: string;
  /** The database's own; absent: the target's. */
  readonly connection?: PlannedConnection;
  /** True where not even the backend of the database's own connection is known. */
  readonly isUnknown?: true;
}

/** `value`: plain text or one reference, as the config says for the target or as its default. */
export interface PlannedVariable {
  readonly value?: string;
  readonly isSecret?: true;
}

/** How migrations are applied, where the deploy config says otherwise than the engine. Only what was said, and only the values that are used. */
export interface MigrationSettings {
  /** How long a statement may wait for a lock that others hold, in milliseconds; 0: as long as the server lets it. Absent: 5,000. */
  readonly lockTimeoutMs?: number;
  /** How often a migration that waited in vain is tried again. Absent: 10. */
  readonly lockRetries?: number;
  /** True where `${name}` is replaced in all scripts; else only in those whose header asks for it. */
  readonly placeholders?: boolean;
  /** The target's variables that the scripts of the plan name, by name. Never secrets. */
  readonly values?: Readonly<Record<string, string>>;
}

/** What the digest leaves out but apply checks. Spec: rulings, "Digest and base". */
export interface PlanBase {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The target's lock epoch when the plan was made; a force-unlock raises it and kills the plan. */
  readonly lockEpoch: number;
}

/** The immutable, ordered list of operations with their edges, compiled for one target. Spec: vocabulary, "plan". */
export interface Plan {
  readonly v: 1;
  readonly digest: Digest;
  readonly base: PlanBase;
  readonly source: PlanSource;
  /** The config's `project`, else the empty string: the scope of the target's own history. */
  readonly project: string;
  readonly target: Target;
  /** The target's; references to secrets, never their values. Undefined where the target is reached by commands only. */
  readonly connection: Connection | undefined;
  /** Those beside the target's that operations run on, by their names: a `connection_ref`, or `${env:NAME}` for an address in a variable. Absent: none. */
  readonly connections?: Readonly<Record<string, PlannedConnection>>;
  /** Selected groups; empty for a plan document and for a config as a whole. */
  readonly scope: readonly string[];
  /** Migrations that the plan leaves to people. Absent: none. Spec: rulings, "Order". */
  readonly manual?: readonly ManualMigrations[];
  /** What the config says of variables that the plan wants, by name. Absent: nothing. */
  readonly environment?: Readonly<Record<string, PlannedVariable>>;
  /** Groups that have nothing to do: no file matches their patterns. Absent: none. */
  readonly idle?: readonly string[];
  /** Groups whose failure keeps only those from running that depend on them. Absent: none. */
  readonly continuesAfter?: readonly string[];
  readonly approval: ApprovalRule;
  /** Absent: `deploy`. */
  readonly purpose?: PlanPurpose;
  /** `all`: pending migrations that stand next to one another share one transaction. Absent: one each. */
  readonly transaction?: 'each' | 'all';
  /** Absent: the engine's own ways. */
  readonly migrations?: MigrationSettings;
  /** How much output is kept, in MB; what the digest leaves out, because it changes nothing of what is done. Absent: the default. */
  readonly log?: { readonly maxMb: number };
  readonly operations: readonly Operation[];
}

/** True for a plan that takes back what another run applied. */
export const rollsBack = ({ purpose }: Pick<Plan, 'purpose'>): boolean => purpose?.type === 'roll_back';

/** The connection of a plan that has SQL in it: its maker saw to it that there is one. `name`: of one beside the target's. */
export function connectionOf(plan: Pick<Plan, 'connection' | 'connections'>, name?: undefined): Connection;
export function connectionOf(
  plan: Pick<Plan, 'connection' | 'connections'>,
  name: string | undefined,
): PlannedConnection;
export function connectionOf({ connection, connections }: Pick<Plan, 'connection' | 'connections'>, name?: string) {
  const found = name === undefined ? connection : connections?.[name];
  if (!found) throw new Error('A plan without a connection is asked for it.');
  return found;
}
