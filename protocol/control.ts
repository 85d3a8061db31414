import type { OperationId, ProcessIdentity, RunId } from '../core/index.ts';

/** Version of the control protocol; the first message of either side names it. */
export const CONTROL_VERSION = 1;

/** `runs/<id>/control.json`: where the runner of an attempt listens. */
export interface ControlAddress {
  readonly v: 1;
  readonly protocol: number;
  readonly address: string;
  /** Who listens; by it an observer tells a live runner from a file that was left behind. */
  readonly process: ProcessIdentity;
}

/** One JSON line each, from whoever asks to the runner. The first is `hello`. */
export type ControlRequest =
  | { readonly type: 'hello'; readonly protocol: number; readonly run: RunId; readonly by: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'continue'; readonly operation: OperationId }
  | { readonly type: 'approved' };

/** One JSON line for each request, in order. What came of it is an event in the journal. */
export type ControlReply =
  | { readonly type: 'welcome'; readonly protocol: number; readonly run: RunId }
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly message: string };
