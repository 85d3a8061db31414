import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import { statusScheme } from './names.ts';
import type { PlanRef } from './project-of.ts';
import { type StatusReply, statusText } from './status-text.ts';

/** How migrations stand, as read-only documents: find, copy and screen readers work as in any text. */
export class StatusDocuments implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly #texts = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(statusScheme, this);
  readonly onDidChange = this.#changed.event;

  async show(ref: PlanRef, reply: StatusReply, at: string): Promise<void> {
    const name = ref.file.split('/').at(-1) || 'migrations';
    const query = JSON.stringify([ref.project, ref.file]);
    const uri = Uri.from({ scheme: statusScheme, path: `/${name} on ${reply.target}.txt`, query });
    this.#texts.set(uri.toString(), statusText(ref.file, reply, at));
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? 'Choose Migration Status again to read how the migrations stand.\n';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
