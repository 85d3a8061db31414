import type { Audience, GroupKind, Strategy, TargetView } from '../core/index.ts';

/** What one way to a target said. */
export interface TargetProbe {
  readonly way: 'database' | 'web' | 'command';
  /** Where it was tried, without secrets. */
  readonly at: string;
  /** `unreachable`: it gave no answer, or did not let us in. `failed`: it answered, and not as it must. */
  readonly outcome: 'reached' | 'unreachable' | 'failed' | 'cancelled';
  /** How long an answer took, in milliseconds; undefined where there was none. */
  readonly latencyMs: number | undefined;
  readonly detail: string;
}

/** The targets of a project's deploy config. */
export interface TargetsView {
  /** The config, relative to the project; absent where there is none. */
  readonly file?: string;
  /** In the order of the config; what looks like a secret in clear is masked. */
  readonly targets: readonly PlacedTarget[];
  /** The names of the connections that a target can have. */
  readonly connections: readonly string[];
  /** Why the config cannot be planned with; absent where it can. */
  readonly problem?: string;
}

/** A target, and where the config says it; line and column from 1. */
export interface PlacedTarget extends TargetView {
  readonly line: number;
  readonly column: number;
}

/** What a deploy config deploys. */
export interface ConfigView {
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** The config's own name of the project, or the file's. */
  readonly name: string;
  /** What is wrong with it first; absent where nothing is. */
  readonly problem?: string;
  /** In the order that they run in. */
  readonly groups: readonly ConfigGroupView[];
  readonly databases: readonly ConfigDatabaseView[];
  /** What the windows of VS Code show a message for; each entry is one channel. Docs: notifications. */
  readonly vscodeChannels: readonly Audience[];
}

export interface ConfigGroupView {
  readonly name: string;
  /** As the config says, or as what it holds tells. */
  readonly kind: GroupKind;
  readonly patterns: readonly string[];
  readonly line: number;
  readonly column: number;
}

export interface ConfigDatabaseView {
  readonly name: string;
  /** The folder of its migrations, relative to the project. */
  readonly folder: string;
  readonly strategy: Strategy;
}
