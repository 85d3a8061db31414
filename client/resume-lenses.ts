import { existsSync } from 'node:fs';
import {
  CodeLens,
  type CodeLensProvider,
  type Disposable,
  EventEmitter,
  languages,
  type TextDocument,
  type Uri,
} from 'vscode';
import type { RunView } from '../protocol/index.ts';
import { mayAct } from './may-act.ts';
import { commandIds, languageIds } from './names.ts';
import { planRef, projectOf } from './project-of.ts';
import { runsFolder } from './run-files.ts';
import type { RunsStore } from './runs-store.ts';

/** Above the step at which the last run of a plan would go on: "Resume from step_3". Read from the runs of the project, and changed as they change. */
export class ResumeLenses implements CodeLensProvider, Disposable {
  readonly #runs: RunsStore;
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: readonly Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(runs: RunsStore) {
    this.#runs = runs;
    const selector = Object.values(languageIds).map((language) => ({ language, scheme: 'file' }));
    this.#disposables = [
      this.#changed,
      runs.onChange(() => this.#changed.fire()),
      languages.registerCodeLensProvider(selector, this),
    ];
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const project = projectOf(document.uri.fsPath);
    if (mayAct() !== undefined || !existsSync(runsFolder(project))) return [];
    const runs = await this.#runs.load(project);
    return latestOf(runs, fileOf(project, document.uri)).flatMap((run) => {
      const step = run.resumeFrom;
      if (step === undefined) return [];
      const at = document.positionAt(offsetOf(document.getText(), step));
      const where = document.languageId === languageIds.config ? ` on ${run.target}` : '';
      const title = `Resume from ${step}${where}`;
      const tooltip = `Run ${run.id} stands as ${run.status.replace('_', ' ')}. What has succeeded is skipped.`;
      const command = { title, tooltip, command: commandIds.resume, arguments: [{ project, run: run.id }] };
      return [new CodeLens(document.lineAt(at).range, command)];
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

const fileOf = (project: string, uri: Uri): string => planRef(project, uri.fsPath).file;

/** Of each target the last run of a plan. */
function latestOf(runs: readonly RunView[], file: string): readonly RunView[] {
  const latest = new Map<string, RunView>();
  for (const run of runs) if (run.plan.file === file && !latest.has(run.target)) latest.set(run.target, run);
  return [...latest.values()];
}

/** Where a step has its id, else where steps or groups begin, else the beginning. */
function offsetOf(text: string, step: string): number {
  const id = JSON.stringify(step).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = [new RegExp(`"id"\\s*:\\s*${id}`), /"(?:steps|groups)"\s*:/].map((one) => text.search(one));
  return found.find((offset) => offset >= 0) ?? 0;
}
