import { ViewColumn, type WebviewPanel, window } from 'vscode';
import { panelTypes } from '../names.ts';
import { type RunRef, runRefOf } from '../run-files.ts';
import { RunPanel, type RunPanelParts } from './run-panel.ts';
import { pageOptions } from './webview-page.ts';

/** The run panels of this window, one for each run. */
export class RunPanels {
  readonly #parts: RunPanelParts;
  readonly #panels = new Map<string, RunPanel>();

  constructor(parts: RunPanelParts) {
    this.#parts = parts;
  }

  /** Shows the panel of a run, the one that is there or a new one. */
  show(ref: RunRef): void {
    const known = this.#panels.get(keyOf(ref));
    if (known) {
      known.panel.reveal(undefined, true);
      return;
    }
    const panel = window.createWebviewPanel(
      panelTypes.run,
      `Run ${ref.run}`,
      { viewColumn: ViewColumn.Active, preserveFocus: false },
      pageOptions(this.#parts.extension),
    );
    this.#keep(panel, ref);
  }

  /** Brings a panel back after a reload of the window; one that names no run any more is closed. */
  restore(panel: WebviewPanel, state: unknown): void {
    const ref = runRefOf(state);
    if (ref) this.#keep(panel, ref);
    else panel.dispose();
  }

  isVisible(ref: RunRef): boolean {
    return this.#panels.get(keyOf(ref))?.panel.visible ?? false;
  }

  #keep(panel: WebviewPanel, ref: RunRef): void {
    this.#panels.set(keyOf(ref), new RunPanel(panel, ref, this.#parts));
    panel.onDidDispose(() => this.#panels.delete(keyOf(ref)));
  }
}

const keyOf = ({ project, run }: RunRef): string => `${project}#${run}`;
