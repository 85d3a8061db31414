import type { ErrorView, PlanView } from './views.ts';

/** What the plan preview keeps over a reload. */
export interface PlanPanelState {
  readonly project: string;
  readonly file: string;
  readonly target: string | undefined;
}

/** From the extension host to the plan preview. */
export type ToPlanPanel =
  | { readonly type: 'planning'; readonly state: PlanPanelState }
  | { readonly type: 'plan'; readonly view: PlanView; readonly state: PlanPanelState }
  | { readonly type: 'refused'; readonly error: ErrorView; readonly state: PlanPanelState };

/** From the plan preview to the extension host. */
export type FromPlanPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'refresh' }
  | { readonly type: 'run' }
  | { readonly type: 'open-place'; readonly file: string; readonly line: number; readonly column: number };
