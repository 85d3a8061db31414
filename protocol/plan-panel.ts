import type { ErrorView, PlanView } from './views.ts';

/** What the plan preview keeps over a reload. */
export interface PlanPanelState {
  /** Absolute path of the project. */
  readonly project: string;
  /** The plan document, relative to the project, with `/`. */
  readonly file: string;
  /** Undefined: the document's own target. */
  readonly target: string | undefined;
  /** Of a deploy config: only these groups, none for all of it; absent: nobody has chosen. */
  readonly groups?: readonly string[];
  /** True where nothing is to be run from the preview; absent: false. */
  readonly dryRun?: boolean;
  /** The run that the plan takes back; absent where it deploys. */
  readonly rollback?: string;
}

/** From the extension host to the plan preview. */
export type ToPlanPanel =
  | { readonly type: 'planning'; readonly state: PlanPanelState }
  | {
      readonly type: 'plan';
      readonly view: PlanView;
      readonly state: PlanPanelState;
      /** Why `Run` is not offered here; undefined where it is. */
      readonly blocked: string | undefined;
    }
  | { readonly type: 'refused'; readonly error: ErrorView; readonly state: PlanPanelState }
  /** Files that the shown plan was made from have changed since. */
  | { readonly type: 'stale' };

/** From the plan preview to the extension host. */
export type FromPlanPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'refresh' }
  | { readonly type: 'run' }
  | { readonly type: 'approve' }
  | { readonly type: 'open-place'; readonly file: string; readonly line: number; readonly column: number };
