import { setTimeout as pause } from 'node:timers/promises';
import { type Diagnostic, DocumentDiagnosticRequest } from 'vscode-languageserver/node';
import type { DrivenServer } from './drive-server.ts';

/** Waits until a version of a document was judged, or has it judged: what is measured next finds every server at rest. */
export async function judged(server: DrivenServer, uri: string, version: number): Promise<void> {
  if (server.contestant.isPulled) await pull(server, uri);
  else while (!server.published.some((params) => params.uri === uri && params.version === version)) await pause(5);
}

export async function pull({ connection }: DrivenServer, uri: string): Promise<readonly Diagnostic[]> {
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  if (report.kind !== 'full') throw new Error('The peer has not judged the text anew.');
  return report.items;
}
