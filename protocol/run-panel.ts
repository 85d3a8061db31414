import type { OperationId, OutputLine, RunId, RunView } from '../core/index.ts';

/** What the run panel keeps over a reload; everything else is read again. */
export interface RunPanelState {
  /** Absolute path of the project. */
  readonly project: string;
  readonly run: string;
}

/** A line of an operation's log. `index` counts from 0 over the operation's whole log. */
export interface LogLine extends OutputLine {
  readonly index: number;
}

/** Something that the panel says above the operations, such as whose lock the run waits for. */
export interface PanelNotice {
  readonly severity: 'information' | 'error';
  readonly message: string;
}

/** From the extension host to the run panel. */
export type ToRunPanel =
  /** `now` is the host's clock (milliseconds), so that elapsed times agree with the journal's. */
  | {
      readonly type: 'run';
      readonly run: RunView;
      readonly production: boolean;
      readonly state: RunPanelState;
      readonly now: number;
      /** Of a deploy config: the group of each operation that is in one, by the operation's id. */
      readonly groups?: Readonly<Record<string, string>>;
    }
  /** A batch of at most 1,000 new lines of one operation; the panel answers each with `credit`. */
  | { readonly type: 'log'; readonly operation: OperationId; readonly lines: readonly LogLine[] }
  /** Nothing was logged before this: forget all lines. */
  | { readonly type: 'reset' }
  /** Undefined takes the notice away. */
  | { readonly type: 'notice'; readonly notice: PanelNotice | undefined };

/** From the run panel to the extension host. */
export type FromRunPanel =
  /** The page has loaded or was loaded again: it knows nothing. */
  | { readonly type: 'ready' }
  | { readonly type: 'credit' }
  | { readonly type: 'cancel' }
  | { readonly type: 'resume' }
  | { readonly type: 'approve' }
  | { readonly type: 'rollback' }
  /** Another run, such as the one that took this one back. */
  | { readonly type: 'open-run'; readonly run: RunId }
  | { readonly type: 'continue'; readonly operation: OperationId }
  | { readonly type: 'open-place'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly type: 'open-plan' }
  | { readonly type: 'open-log' };
