import { readFile } from 'node:fs/promises';
import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from 'vscode';
import { decodeJournal } from '../core/index.ts';
import { logText } from './log-text.ts';
import { logScheme } from './names.ts';
import { journalFile, type RunRef, runRefOf } from './run-files.ts';
import type { RunsStore } from './runs-store.ts';

/** Whole logs as read-only documents, so that find, folding and screen readers work as in any text. */
export class LogDocuments implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly #disposables: Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor(runs: RunsStore) {
    this.#disposables = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(logScheme, this),
      runs.onChange(({ runs: changes }) => {
        for (const { uri } of workspace.textDocuments) {
          const ref = uri.scheme === logScheme ? refOf(uri) : undefined;
          if (ref && changes?.some(({ after }) => after.id === ref.run)) this.#changed.fire(uri);
        }
      }),
    ];
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const ref = refOf(uri);
    if (!ref) return 'This is not the log of a run.\n';
    try {
      return logText(decodeJournal(await readFile(journalFile(ref.project, ref.run), 'utf8')).events);
    } catch (error) {
      return `The log of run ${ref.run} cannot be read: ${error instanceof Error ? error.message : error}\n`;
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** The document of a run's log. */
export const logUri = ({ project, run }: RunRef): Uri =>
  Uri.from({ scheme: logScheme, path: `/${run}.log`, query: JSON.stringify({ project, run }) });

function refOf(uri: Uri): RunRef | undefined {
  try {
    return runRefOf(JSON.parse(uri.query));
  } catch {
    // An address that somebody typed: the document says what it is.
    return undefined;
  }
}
