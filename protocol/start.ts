import type { Digest, Plan, RunId, TargetChange } from '../core/index.ts';
import type { ErrorView } from './views.ts';

/** A failed step that a person wants left out. Spec: rulings, "Resume". */
export interface SkipRequest {
  readonly operation: string;
  readonly reason: string;
}

/** What a person says of a statement that was in flight when an attempt broke off. Spec: rulings, "Migration history, twice". */
export interface SettleRequest {
  readonly operation: string;
  readonly statement: 'done' | 'not_done';
  readonly reason: string;
}

/** What a person gave up front: answers to needs. */
export interface Consent {
  /** Texts typed by a person: the target's id on production. */
  readonly confirmations: readonly string[];
  /** Confirms what needs no typed text, such as amended scripts. */
  readonly yes: boolean;
  /** Checksums of the mended scripts that the person was shown: `yes` confirms these and no later text. Undefined: any. */
  readonly seen?: readonly Digest[];
  /** Records the approval of the person who starts the run, with this comment. */
  readonly approve: string | undefined;
  /** Passes pauses without asking. */
  readonly autoContinue: boolean;
  /** At most so many operations at a time; absent: as the attempt before, or one. */
  readonly parallel?: number;
  /** True where a failed operation keeps only those from running that depend on it; absent: as the attempt before, or false. */
  readonly continueOnFailure?: boolean;
  /** True: runs although variables that are required have no value; absent: false. */
  readonly skipValidation?: boolean;
  /** Steps that a resume leaves out although they failed, each with a reason. */
  readonly skip?: readonly SkipRequest[];
  /** What became of statements that were in flight, each with a reason. */
  readonly settle?: readonly SettleRequest[];
  /** Steps without a way back that a rollback may leave as they are. */
  readonly skipIrreversible?: readonly string[];
  /** Without enough approvals: `wait` creates the run and waits without a lease; `refuse` ends with exit 6. */
  readonly approvals: 'wait' | 'refuse';
}

/** The one line on the detached runner's standard input. Holds secrets: never on disk, never in an argument. */
export interface StartRequest {
  readonly v: 1;
  readonly verb: 'run' | 'resume' | 'rollback';
  /** Absolute path of the project. */
  readonly project: string;
  readonly run: RunId;
  /** `run` and `rollback`: the very plan that was shown. `resume`: undefined, the stored plan runs. */
  readonly plan: Plan | undefined;
  readonly by: string;
  readonly consent: Consent;
  /** Values for `${secret:NAME}`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The one line on the detached runner's standard output, after which it closes it. */
export type StartReply =
  | { readonly type: 'started'; readonly run: RunId }
  | { readonly type: 'refused'; readonly error: ErrorView };

/** The one line on the standard input of the runner's verb `approve`: records an approval, bound to the plan's digest. */
export interface ApproveRequest {
  readonly v: 1;
  /** Absolute path of the project. */
  readonly project: string;
  /** The run whose plan is approved, or the very plan that was shown. */
  readonly subject: { readonly run: RunId } | { readonly plan: Plan };
  readonly by: string;
  readonly comment: string;
}

/** The one line on its standard output. */
export type ApproveReply = { readonly type: 'recorded' } | { readonly type: 'refused'; readonly error: ErrorView };

/** The one line on the standard input of the runner's verb `target`: a change of the deploy config. */
export interface ChangeTargetRequest {
  readonly v: 1;
  /** Absolute path of the project. */
  readonly project: string;
  readonly change: TargetChange;
  readonly by: string;
}

/** The one line on its standard output; `file` relative to the project. */
export type ChangeTargetReply =
  | {
      readonly type: 'done';
      readonly file: string;
      readonly outcome: 'created' | 'changed' | 'unchanged';
      /** Whether every run on the target now needs its id typed. */
      readonly production: boolean;
      /** Why the history's table of targets does not say the same. */
      readonly notMirrored?: string;
    }
  | { readonly type: 'refused'; readonly error: ErrorView };
