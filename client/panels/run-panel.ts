import type { Uri } from 'vscode';
import { commands, type Disposable, type WebviewPanel } from 'vscode';
import type { FromRunPanel, ToRunPanel } from '../../protocol/index.ts';
import { commandIds } from '../names.ts';
import { openPlace } from '../open-place.ts';
import { isMarkedRolledBack, isProductionRun, journalFile, operationGroups, type RunRef } from '../run-files.ts';
import type { Answers } from '../serve-client.ts';
import { RunSession } from './run-session.ts';
import { fillPage } from './webview-page.ts';

/** What a run panel needs besides its webview. */
export interface RunPanelParts {
  readonly extension: Uri;
  readonly serve: Answers;
  readonly log: (text: string) => void;
}

/** A tab that shows one run, live or long over. Its page is thrown away while hidden and reads everything again when shown. */
export class RunPanel {
  readonly ref: RunRef;
  readonly panel: WebviewPanel;
  readonly #parts: RunPanelParts;
  readonly #disposables: Disposable[];
  #session: RunSession | undefined;

  constructor(panel: WebviewPanel, ref: RunRef, parts: RunPanelParts) {
    this.ref = ref;
    this.panel = panel;
    this.#parts = parts;
    this.#disposables = [
      panel.webview.onDidReceiveMessage((message: FromRunPanel) => this.#hear(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#endSession();
      }),
      panel.onDidDispose(() => this.#dispose()),
    ];
    fillPage(panel, parts.extension, 'run');
  }

  async #hear(message: FromRunPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#beginSession();
        return;
      case 'credit':
        this.#session?.credit();
        return;
      case 'cancel':
      case 'resume':
      case 'approve':
      case 'rollback':
        await commands.executeCommand(commandIds[message.type], this.ref);
        return;
      case 'continue':
        await commands.executeCommand(commandIds.continue, { ...this.ref, operation: message.operation });
        return;
      case 'open-run':
        await commands.executeCommand(commandIds.openRun, { project: this.ref.project, run: message.run });
        return;
      case 'open-log':
        await commands.executeCommand(commandIds.openLog, this.ref);
        return;
      case 'open-plan':
        await this.#openPlan();
        return;
      case 'open-place':
        await openPlace(this.ref.project, message);
        return;
      default:
        this.#parts.log(`The run panel said something unknown: ${JSON.stringify(message)}`);
    }
  }

  #beginSession(): void {
    this.#endSession();
    const { project, run } = this.ref;
    this.#session = new RunSession({
      state: { project, run },
      journal: journalFile(project, run),
      send: (message) => this.#send(message),
      liveness: async () => {
        const answer = await this.#parts.serve.ask('run', this.ref);
        if (!answer.ok) return undefined;
        return answer.reply.run.status === 'interrupted' ? 'dead' : 'live';
      },
      rollbacks: async () => {
        if (!isMarkedRolledBack(this.ref)) return [];
        const answer = await this.#parts.serve.ask('run', this.ref);
        return answer.ok ? (answer.reply.run.rolledBackBy ?? []) : undefined;
      },
      isProduction: (record) => isProductionRun(this.ref, record.target),
      groups: () => operationGroups(this.ref),
      log: this.#parts.log,
    });
  }

  #send(message: ToRunPanel): void {
    if (message.type === 'run') {
      const title = `${message.production ? 'PROD · ' : ''}${message.run.plan.name} → ${message.run.target}`;
      if (this.panel.title !== title) this.panel.title = title;
    }
    // A message to a page that is just going away is not missed: the next page reads everything again.
    void this.panel.webview.postMessage(message);
  }

  async #openPlan(): Promise<void> {
    const file = this.#session?.record?.planFile;
    if (file !== undefined) await openPlace(this.ref.project, { file, line: 1, column: 1 });
  }

  #endSession(): void {
    this.#session?.dispose();
    this.#session = undefined;
  }

  #dispose(): void {
    this.#endSession();
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
