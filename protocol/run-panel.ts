import type { OperationId, OutputLine, RunView } from '../core/index.ts';

/** What the run panel keeps over a reload; everything else is read again. */
export interface RunPanelState {
  readonly project: string;
  readonly run: string;
}

/** A line of an operation's log. `index` counts from 0 over the operation's whole log. */
export interface LogLine extends OutputLine {
  readonly index: number;
}

/** From the extension host to the run panel. */
export type ToRunPanel =
  | { readonly type: 'run'; readonly run: RunView; readonly production: boolean; readonly state: RunPanelState }
  /** A batch of at most 1,000 new lines of one operation; the panel answers each with `credit`. */
  | { readonly type: 'log'; readonly operation: OperationId; readonly lines: readonly LogLine[] }
  /** Nothing was logged before this: forget all lines and open sections. */
  | { readonly type: 'reset' }
  | { readonly type: 'notice'; readonly message: string };

/** From the run panel to the extension host. */
export type FromRunPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'credit' }
  | { readonly type: 'cancel' }
  | { readonly type: 'resume' }
  | { readonly type: 'approve' }
  | { readonly type: 'continue'; readonly operation: OperationId }
  | { readonly type: 'open-place'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly type: 'open-plan' }
  | { readonly type: 'open-log' };
