import type { Connection } from './connection.ts';
import type { ConfigDatabase, ConfigGroup, ConfigVariable } from './deploy-group.ts';
import type { TargetId } from './ids.ts';
import type { HealthCheck } from './operation.ts';
import type { MigrationSettings } from './plan.ts';
import type { Located } from './problem.ts';
import type { RuleSettings } from './rule-settings.ts';
import type { Target } from './target.ts';

/** A deploy config, decoded. Spec: vocabulary, "deploy config". */
export interface DeployConfig {
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** The scope of the target's own history; undefined means the empty scope. */
  readonly project: string | undefined;
  readonly connections: ReadonlyMap<string, Located<Connection>>;
  readonly targets: ReadonlyMap<
    TargetId,
    Located<
      Target & {
        readonly minApprovals: number;
        /** True where the target says how many approvals it wants, so that what no document speaks for needs them too. */
        readonly approvalsAsked: boolean;
        readonly selfApproval: boolean;
        /** Values for placeholders in migrations, by name; never secrets. */
        readonly variables: Readonly<Record<string, string>>;
        /** Values of environment variables on this target: plain text or one reference each. */
        readonly environment: Readonly<Record<string, string>>;
        /** Instead of the config's; undefined: the config's. */
        readonly healthCheck: HealthCheck | undefined;
      }
    >
  >;
  /** How much output is kept of one try of an operation, in MB; undefined: the default. */
  readonly log?: { readonly maxMb: number } | undefined;
  /** How long runs and their logs are kept; undefined: the default. */
  readonly retention?: { readonly days: number } | undefined;
  /** How severe rules are, and which findings are accepted. */
  readonly rules: RuleSettings;
  /** How migrations are applied; only what was said. */
  readonly migrations: Omit<MigrationSettings, 'values'>;
  /** What is deployed, as the author ordered it. */
  readonly groups: readonly ConfigGroup[];
  /** Databases with migrations of their own. */
  readonly databases: readonly ConfigDatabase[];
  /** Environment variables that commands are given, by name. */
  readonly environment: ReadonlyMap<string, ConfigVariable>;
  readonly healthCheck: HealthCheck | undefined;
  /** Whether it says what is to be provisioned, which this version does not do. */
  readonly hasInfra: boolean;
}
