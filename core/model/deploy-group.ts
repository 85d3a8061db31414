import type { Backend } from './connection.ts';
import type { Retry } from './operation.ts';
import type { Located } from './problem.ts';

/** A command as its author wrote it, with its placeholders: one line for the shell, or a program with its arguments. */
export type CommandSource = string | readonly string[];

export type GroupKind = 'migration' | 'build' | 'deploy';

/** Files that are deployed together, and the commands that do it. Spec: orchestration, "Deployment Configuration System"; rulings, "Order". */
export interface ConfigGroup {
  readonly name: Located<string>;
  /** Undefined: inferred from what the group holds. Spec: rulings, "Group kind". */
  readonly kind: GroupKind | undefined;
  readonly order: number;
  readonly dependsOn: readonly Located<string>[];
  readonly patterns: readonly Located<string>[];
  readonly preDeploy: readonly Located<CommandSource>[];
  readonly build: Located<CommandSource> | undefined;
  readonly test: Located<CommandSource> | undefined;
  readonly deploy: Located<CommandSource> | undefined;
  readonly postDeploy: readonly Located<CommandSource>[];
  readonly requiredVariables: readonly string[];
  /** Of migrations: instead of the target's. */
  readonly connectionRef: Located<string> | undefined;
  /** What the commands run in, relative to the project; undefined: the project. */
  readonly folder: Located<string> | undefined;
  readonly timeoutSec: number | undefined;
  readonly hookTimeoutSec: number | undefined;
  readonly retry: Retry | undefined;
  readonly continueOnFailure: boolean;
}

export type Strategy = 'pre_deploy' | 'post_deploy' | 'manual';

/** A database with migrations of its own. Spec: planning engine, "Migration Strategies". */
export interface ConfigDatabase {
  readonly name: string;
  /** Undefined, as is `connectionEnv`: the target's connection. */
  readonly connectionRef: Located<string> | undefined;
  /** The environment variable that holds the database's address. */
  readonly connectionEnv: Located<string> | undefined;
  /** The dialect of the scripts, where the address of the database is not known; undefined: the address tells. */
  readonly engine: Backend | undefined;
  /** The folder of its migrations, relative to the project. */
  readonly folder: Located<string>;
  readonly strategy: Strategy;
}

/** What the config says of an environment variable. */
export interface ConfigVariable {
  readonly default: string | undefined;
  readonly description: string | undefined;
  readonly isSecret: boolean;
}
