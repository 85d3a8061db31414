import type { OperationId, RunId, TargetId } from './ids.ts';
import type { ScriptAmendment } from './run.ts';

/** Something a person must give before a plan may run: one need, one dialog or flag. */
export type Need =
  | { readonly type: 'approval'; readonly have: number; readonly needed: number; readonly selfApproval: boolean }
  | { readonly type: 'confirm-target'; readonly target: TargetId; readonly text: string }
  | { readonly type: 'confirm-amendment'; readonly amendments: readonly ScriptAmendment[] }
  /** A migration that can lose data, or stop or break what runs, on production: it is named by typing `text`. */
  | {
      readonly type: 'confirm-danger';
      readonly operation: OperationId;
      /** The migration, relative to the project, with `/`. */
      readonly file: string;
      /** Codes of what was found in it that needs the confirmation, each once. */
      readonly codes: readonly string[];
      /** What can happen, one line each. */
      readonly messages: readonly string[];
      readonly text: string;
    }
  /** What is recorded changes and nothing is run; the files whose rows are concerned. */
  | { readonly type: 'confirm-history'; readonly target: TargetId; readonly files: readonly string[] }
  /** What a run applied is taken back; `files` are the migrations, in the order in which they are. */
  | {
      readonly type: 'confirm-rollback';
      readonly of: RunId;
      readonly target: TargetId;
      readonly files: readonly string[];
    }
  /** Steps that cannot be taken back and stay as they are; each is confirmed by its id. */
  | { readonly type: 'confirm-skip-irreversible'; readonly operations: readonly IrreversibleStep[] };

/** A step that a rollback leaves as it is. */
export interface IrreversibleStep {
  readonly operation: OperationId;
  readonly name: string;
  /** Why, in words. */
  readonly message: string;
}
