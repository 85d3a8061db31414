import { basename, join } from 'node:path';
import { commands, type Disposable, type TextDocumentContentProvider, Uri, workspace } from 'vscode';
import type { Digest, ScriptAmendment } from '../core/index.ts';
import { scriptScheme } from './names.ts';
import { type RunRef, runRefOf } from './run-files.ts';
import type { Answers } from './serve-client.ts';

/** Scripts as a run was planned with them: read-only documents, secrets masked. */
export class ScriptDocuments implements TextDocumentContentProvider, Disposable {
  readonly #serve: Answers;
  readonly #registration: Disposable;

  constructor(serve: Answers) {
    this.#serve = serve;
    this.#registration = workspace.registerTextDocumentContentProvider(scriptScheme, this);
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const asked = requestOf(uri);
    if (!asked) return 'This is not a script of a run.\n';
    const answer = await this.#serve.ask('kept-script', asked);
    return answer.ok ? answer.reply.text : `-- ${answer.error.message}\n`;
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** Opens each mended script beside what the run was planned with, in the editor's own view of differences. */
export async function showDifferences(ref: RunRef, amendments: readonly ScriptAmendment[]): Promise<void> {
  for (const { script, before } of amendments) {
    const query = JSON.stringify({ project: ref.project, run: ref.run, checksum: before });
    const planned = Uri.from({ scheme: scriptScheme, path: `/${script}`, query });
    const title = `${basename(script)} (as planned ↔ now)`;
    await commands.executeCommand('vscode.diff', planned, Uri.file(join(ref.project, script)), title, {
      preview: false,
    });
  }
}

function requestOf(uri: Uri): (RunRef & { readonly checksum: Digest }) | undefined {
  try {
    const query = JSON.parse(uri.query) as { readonly checksum?: unknown };
    const ref = runRefOf(query);
    return ref && typeof query.checksum === 'string' ? { ...ref, checksum: query.checksum as Digest } : undefined;
  } catch {
    // An address that somebody typed: the document says what it is.
    return undefined;
  }
}
