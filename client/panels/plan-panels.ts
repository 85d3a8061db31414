import { ViewColumn, type WebviewPanel, window } from 'vscode';
import { isRunId } from '../../core/index.ts';
import { panelTypes } from '../names.ts';
import type { Planned } from '../planning.ts';
import type { PlanRef } from '../project-of.ts';
import { PlanPanel, type PlanPanelParts } from './plan-panel.ts';
import { pageOptions } from './webview-page.ts';

/** The plan previews of this window, one for each document, target and choice of groups. */
export class PlanPanels {
  readonly #parts: PlanPanelParts;
  readonly #panels = new Map<string, PlanPanel>();

  constructor(parts: PlanPanelParts) {
    this.#parts = parts;
  }

  /** Shows the preview of a document and plans it; `planned`, where somebody has planned it just now. */
  async show(ref: PlanRef, planned?: Planned): Promise<void> {
    const known = this.#panels.get(keyOf(ref));
    const shown = known ?? this.#create(ref);
    known?.panel.reveal();
    if (planned) shown.accept(planned);
    else await shown.refresh(true);
  }

  /** Brings a preview back after a reload of the window; one that names no document any more is closed. */
  restore(panel: WebviewPanel, state: unknown): void {
    const ref = planRefFrom(state);
    if (ref) this.#keep(panel, ref);
    else panel.dispose();
  }

  #create(ref: PlanRef): PlanPanel {
    const title = `${titleWord(ref)}: ${ref.file.split('/').at(-1)}`;
    const options = pageOptions(this.#parts.extension);
    return this.#keep(window.createWebviewPanel(panelTypes.plan, title, ViewColumn.Active, options), ref);
  }

  #keep(panel: WebviewPanel, ref: PlanRef): PlanPanel {
    const shown = new PlanPanel(panel, ref, this.#parts);
    this.#panels.set(keyOf(ref), shown);
    panel.onDidDispose(() => this.#panels.delete(keyOf(ref)));
    return shown;
  }
}

/** What the preview is of. */
const titleWord = ({ rollback, dryRun }: PlanRef): string => (rollback ? 'Roll back' : dryRun ? 'Dry run' : 'Plan');

/** A plan document named by a tree node or a panel's kept state. Undefined where it names none. */
export function planRefFrom(value: unknown): PlanRef | undefined {
  const { project, file, target, groups, dryRun, rollback } = (value ?? {}) as Partial<Record<keyof PlanRef, unknown>>;
  if (typeof project !== 'string' || typeof file !== 'string') return undefined;
  const isWayBack = typeof rollback === 'string' && isRunId(rollback);
  return {
    project,
    file,
    target: typeof target === 'string' ? target : undefined,
    ...(Array.isArray(groups) && { groups: groups.filter((name) => typeof name === 'string') }),
    ...(dryRun === true && { dryRun }),
    ...(isWayBack && { rollback }),
  };
}

const keyOf = ({ project, file, target, groups, dryRun, rollback }: PlanRef): string =>
  JSON.stringify([project, file, target, groups ?? [], dryRun === true, rollback]);
