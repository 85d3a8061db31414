import { type Disposable, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from 'vscode';
import { commandIds } from './names.ts';
import { isProductionRun } from './run-files.ts';
import type { RunsStore } from './runs-store.ts';

/** The one status bar item: there while a run of this workspace is under way, and it opens it. */
export class RunStatusItem implements Disposable {
  readonly #runs: RunsStore;
  readonly #item: StatusBarItem;
  readonly #listener: Disposable;

  constructor(runs: RunsStore) {
    this.#runs = runs;
    this.#item = window.createStatusBarItem('srdeploy.run', StatusBarAlignment.Left, 10);
    this.#item.name = 'Deployment';
    // `#show` only sets what the item says; its one await cannot fail.
    this.#listener = runs.onChange(() => void this.show());
  }

  async show(): Promise<void> {
    const open = this.#runs.open();
    const first = open[0];
    if (!first) {
      this.#item.hide();
      return;
    }
    const { project, run } = first;
    const production = await isProductionRun({ project, run: run.id }, run.target);
    const waits = run.status === 'waiting';
    const more = open.length > 1 ? ` (+${open.length - 1})` : '';
    const where = production ? `PROD ${run.target}` : run.target;
    this.#item.text = waits
      ? `$(debug-pause) Deployment to ${where} waits${more}`
      : `$(sync~spin) Deploying to ${where}${more}`;
    this.#item.tooltip = `${run.plan.name}: open the run`;
    this.#item.backgroundColor = production ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.command = { command: commandIds.openRun, title: 'Open Run', arguments: [{ project, run: run.id }] };
    this.#item.show();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#item.dispose();
  }
}
