import { languages, window, workspace } from 'vscode';
import type { Desk } from '../desk.ts';
import { logUri } from '../log-documents.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Opens the whole log of a run as a read-only document. */
export async function openLog(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Open Log', () => true);
  if (!ref) return;
  const document = await workspace.openTextDocument(logUri(ref));
  await window.showTextDocument(await languages.setTextDocumentLanguage(document, 'log'), { preview: false });
}
