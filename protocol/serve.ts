import type { Digest, MigrationStatus, RunId, RunView, ScriptAmendment, TargetId } from '../core/index.ts';
import type { ConfigView, TargetProbe, TargetsView } from './config-views.ts';
import type { ErrorView, FindingView, PlanDocumentView, PlanView, RecordedScript, ScriptDifference } from './views.ts';

/** What `runner serve` answers; it reads and never acts. Keys are the verbs. */
export interface ServeVerbs {
  /** The plan documents of a project. */
  plans: {
    readonly request: { readonly project: string };
    readonly reply: { readonly plans: readonly PlanDocumentView[] };
  };
  /** What a deploy config deploys: the one named, or the project's own; null where there is none. */
  config: {
    readonly request: { readonly project: string; readonly file: string | undefined };
    readonly reply: { readonly config: ConfigView | null };
  };
  /** How many files each group of a deploy config has, by the group's name; empty where the config cannot be read. */
  'group-files': {
    readonly request: { readonly project: string; readonly file: string };
    readonly reply: { readonly counts: Readonly<Record<string, number>> };
  };
  /** The targets of the deploy config. */
  targets: { readonly request: { readonly project: string }; readonly reply: TargetsView };
  /** The names behind each `${secret:…}` that testing a target needs and that neither store nor environment has. */
  'target-secrets': {
    readonly request: { readonly project: string; readonly target: TargetId };
    readonly reply: { readonly secrets: readonly string[] };
  };
  /** Tries every way that leads to a target; changes nothing. The time limit is for each way. */
  'target-test': {
    readonly request: {
      readonly project: string;
      readonly target: TargetId;
      readonly timeoutMs: number;
      readonly secrets: Readonly<Record<string, string>>;
    };
    readonly reply: { readonly probes: readonly TargetProbe[] };
  };
  /** How many migrations a folder holds where all of them are applied exactly as they are; null where a plan tells more. */
  'up-to-date': {
    readonly request: {
      readonly project: string;
      readonly file: string;
      readonly target: TargetId;
      readonly secrets: Readonly<Record<string, string>>;
    };
    readonly reply: { readonly migrations: number | null };
  };
  /** Makes a plan; `file` relative to the project, `groups` of a deploy config: only these. Secrets never leave the process. */
  plan: {
    readonly request: {
      readonly project: string;
      readonly file: string;
      readonly target: TargetId | undefined;
      readonly groups?: readonly string[] | undefined;
      readonly secrets: Readonly<Record<string, string>>;
    };
    readonly reply: PlanView;
  };
  /** The plan that takes back what a run applied. */
  'rollback-plan': {
    readonly request: {
      readonly project: string;
      readonly run: RunId;
      readonly secrets: Readonly<Record<string, string>>;
    };
    readonly reply: PlanView;
  };
  /** Runs, newest first. */
  runs: {
    readonly request: { readonly project: string; readonly limit: number };
    readonly reply: { readonly runs: readonly RunView[] };
  };
  run: {
    readonly request: { readonly project: string; readonly run: RunId };
    readonly reply: { readonly run: RunView };
  };
  /** What a resume would meet: scripts that differ, and whether its plan is still good. */
  'resume-preview': {
    readonly request: { readonly project: string; readonly run: RunId };
    readonly reply: {
      readonly run: RunView;
      readonly amendments: readonly ScriptAmendment[];
      /** In the order of the amendments. */
      readonly differences: readonly ScriptDifference[];
      readonly skips: number;
    };
  };
  /** A script as it was planned, by its checksum; secrets masked, CRLF as LF. */
  'kept-script': {
    readonly request: { readonly project: string; readonly run: RunId; readonly checksum: Digest };
    readonly reply: { readonly text: string };
  };
  /** The names behind `${secret:…}` and the missing `${env:…}` of a plan's connection. */
  'required-secrets': {
    readonly request: {
      readonly project: string;
      readonly file: string;
      readonly target: TargetId | undefined;
      readonly groups?: readonly string[] | undefined;
    };
    readonly reply: { readonly secrets: readonly string[] };
  };
  'migration-status': {
    readonly request: {
      readonly project: string;
      readonly file: string;
      readonly target: TargetId | undefined;
      readonly secrets: Readonly<Record<string, string>>;
    };
    readonly reply: {
      readonly target: TargetId;
      readonly production: boolean;
      readonly migrations: readonly MigrationStatus[];
      /** What a run would be refused or warned for. */
      readonly findings: readonly FindingView[];
      /** Why every state is unknown; absent where the target answered. */
      readonly unreached?: string;
    };
  };
  /** What the project's own history says of scripts on a target; unknown ones are left out. The target is not asked. */
  'recorded-scripts': {
    readonly request: { readonly project: string; readonly target: TargetId; readonly scripts: readonly string[] };
    readonly reply: {
      readonly scripts: readonly RecordedScript[];
      /** The history says something of the target, if not of these scripts. */
      readonly knowsTarget: boolean;
    };
  };
  validate: {
    readonly request: { readonly project: string; readonly file: string };
    readonly reply: { readonly findings: readonly FindingView[] };
  };
  /** Asks to be told when runs of a project change. */
  watch: { readonly request: { readonly project: string }; readonly reply: Record<string, never> };
}

export type ServeVerb = keyof ServeVerbs;

/** One JSON line on `runner serve`'s standard input. */
export type ServeRequest = {
  readonly [Verb in ServeVerb]: {
    readonly id: number;
    readonly verb: Verb;
    readonly request: ServeVerbs[Verb]['request'];
  };
}[ServeVerb];

/** JSON lines on `runner serve`'s standard output. */
export type ServeMessage =
  | { readonly id: number; readonly ok: true; readonly reply: ServeVerbs[ServeVerb]['reply'] }
  | { readonly id: number; readonly ok: false; readonly error: ErrorView }
  | { readonly event: 'runs-changed'; readonly project: string; readonly runs: readonly RunId[] };
