import type { TargetId } from './ids.ts';
import type { ScriptAmendment } from './run.ts';

/** Something a person must give before a plan may run: one need, one dialog or flag. */
export type Need =
  | { readonly type: 'approval'; readonly have: number; readonly needed: number; readonly selfApproval: boolean }
  | { readonly type: 'confirm-target'; readonly target: TargetId; readonly text: string }
  | { readonly type: 'confirm-amendment'; readonly amendments: readonly ScriptAmendment[] }
  /** What is recorded changes and nothing is run; the files whose rows are concerned. */
  | { readonly type: 'confirm-history'; readonly target: TargetId; readonly files: readonly string[] };
