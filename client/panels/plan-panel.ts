import { commands, type Disposable, RelativePattern, Uri, type WebviewPanel, workspace } from 'vscode';
import type { FromPlanPanel, ToPlanPanel } from '../../protocol/index.ts';
import { mayAct } from '../may-act.ts';
import { commandIds } from '../names.ts';
import { openPlace } from '../open-place.ts';
import type { Planned } from '../planning.ts';
import { type PlanRef, planFileGlobs } from '../project-of.ts';
import { fillPage } from './webview-page.ts';

/** What a plan panel needs besides its webview. */
export interface PlanPanelParts {
  readonly extension: Uri;
  readonly makePlan: (ref: PlanRef, ask: boolean) => Promise<Planned>;
  readonly log: (text: string) => void;
}

/** A tab that shows what a plan would do. It plans when asked, notes when files change, and never changes anything. */
export class PlanPanel {
  readonly ref: PlanRef;
  readonly panel: WebviewPanel;
  readonly #parts: PlanPanelParts;
  readonly #disposables: Disposable[];
  #planned: Planned | undefined;
  #isStale = false;
  #turn = 0;

  constructor(panel: WebviewPanel, ref: PlanRef, parts: PlanPanelParts) {
    this.ref = ref;
    this.panel = panel;
    this.#parts = parts;
    const watchers = planFileGlobs.map((glob) =>
      workspace.createFileSystemWatcher(new RelativePattern(Uri.file(ref.project), glob)),
    );
    const stale = () => this.#becomeStale();
    this.#disposables = [
      ...watchers.flatMap((watcher) => [
        watcher,
        watcher.onDidChange(stale),
        watcher.onDidCreate(stale),
        watcher.onDidDelete(stale),
      ]),
      workspace.onDidGrantWorkspaceTrust(() => this.#show()),
      panel.webview.onDidReceiveMessage((message: FromPlanPanel) => this.#hear(message)),
      panel.onDidDispose(() => {
        for (const disposable of this.#disposables) disposable.dispose();
      }),
    ];
    fillPage(panel, parts.extension, 'plan');
  }

  /** Plans again; the last of several at once is shown. */
  async refresh(ask: boolean): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#tell({ type: 'planning', state: this.ref });
    this.#isStale = false;
    const planned = await this.#parts.makePlan(this.ref, ask);
    if (turn === this.#turn) this.accept(planned);
  }

  /** Shows what planning came to; a person who gave up sees what was there before. */
  accept(planned: Planned): void {
    this.#turn += 1;
    if (planned.type !== 'given-up') this.#planned = planned;
    this.#planned ??= {
      type: 'refused',
      error: { code: 'GIVEN_UP', message: 'Nothing was planned: a secret is missing.', exitCode: 6 },
    };
    this.#show();
  }

  async #hear(message: FromPlanPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        if (this.#planned) this.#show();
        else await this.refresh(false);
        return;
      case 'refresh':
        await this.refresh(true);
        return;
      case 'run':
        await commands.executeCommand(this.ref.rollback ? commandIds.rollback : commandIds.run, {
          ...this.ref,
          run: this.ref.rollback,
          planned: this.#isStale ? undefined : this.#planned,
        });
        return;
      case 'approve':
        await commands.executeCommand(commandIds.approve, { ...this.ref, planned: this.#planned });
        await this.refresh(false);
        return;
      case 'open-place':
        await openPlace(this.ref.project, message);
        return;
      default:
        this.#parts.log(`The plan preview said something unknown: ${JSON.stringify(message)}`);
    }
  }

  #show(): void {
    const planned = this.#planned;
    if (planned?.type === 'planned') {
      this.panel.title = `${planned.view.production ? 'PROD · ' : ''}${this.ref.rollback ? '' : this.ref.dryRun ? 'Dry run: ' : 'Plan: '}${planned.view.plan.source.name}`;
      this.#tell({ type: 'plan', view: planned.view, state: this.ref, blocked: mayAct() });
    }
    if (planned?.type === 'refused') this.#tell({ type: 'refused', error: planned.error, state: this.ref });
    if (this.#isStale) this.#tell({ type: 'stale' });
  }

  #becomeStale(): void {
    if (!this.#planned || this.#isStale) return;
    this.#isStale = true;
    this.#tell({ type: 'stale' });
  }

  #tell(message: ToPlanPanel): void {
    // A message to a page that is just going away is not missed: the next page asks when it is ready.
    void this.panel.webview.postMessage(message);
  }
}
