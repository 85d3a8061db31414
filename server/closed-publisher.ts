import { readFileSync } from 'node:fs';
import type { Connection, Diagnostic } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';
import { diagnosticsOf } from './features/diagnostics.ts';
import { pathOfUri, uriOfPath } from './file-uri.ts';
import { documentOnDisk } from './open-document.ts';
import { documentsBelow, type Looking } from './plan-files.ts';
import { isGone, type Projects } from './project.ts';

/** Sends what is wrong with the plan documents and deploy configs of the workspace that nobody has open, as they stand on disk. */
export interface ClosedPublisher {
  /** Something was opened, closed or changed on disk. */
  refreshSoon(): void;
  dispose(): void;
}

/** Files come and go in bursts, and nobody waits for what is not on the screen. Milliseconds. */
const DELAY_MS = 300;

export function createClosedPublisher(
  connection: Connection,
  {
    documents,
    projects,
    folders,
    looking,
  }: {
    readonly documents: Documents;
    readonly projects: Projects;
    /** Absolute paths, as they are when it is asked. */
    readonly folders: () => Promise<readonly string[]>;
    readonly looking: Looking;
  },
): ClosedPublisher {
  const { log } = looking;
  const said = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let turn = 0;
  const send = (uri: string, diagnostics: Diagnostic[]) => connection.sendDiagnostics({ uri, diagnostics });
  const judge = async (path: string): Promise<void> => {
    const uri = uriOfPath(path);
    const diagnostics = diagnosticsOnDisk(path, projects, log);
    if (diagnostics.length > 0) said.add(uri);
    else if (!said.delete(uri)) return;
    await send(uri, diagnostics);
  };
  const refresh = async (): Promise<void> => {
    turn += 1;
    const own = turn;
    const open = new Set(documents.texts.keys().map(pathOfUri));
    const files = (await folders()).flatMap((folder) => documentsBelow(folder, looking));
    const closed = new Set(files.filter((path) => !open.has(path)));
    for (const uri of said) {
      const path = pathOfUri(uri);
      // What is open speaks for itself.
      if (path !== undefined && open.has(path)) said.delete(uri);
      else if (path !== undefined && !closed.has(path) && said.delete(uri)) await send(uri, []);
    }
    for (const path of closed) {
      // Requests are answered in between, and a later look overtakes this one.
      await new Promise(setImmediate);
      if (turn !== own) return;
      if (documents.texts.get(uriOfPath(path)) === undefined) await judge(path);
    }
  };
  return {
    refreshSoon() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        refresh().catch((error: unknown) => log(`The workspace could not be checked: ${String(error)}`));
      }, DELAY_MS);
    },
    dispose() {
      clearTimeout(timer);
      turn += 1;
    },
  };
}

function diagnosticsOnDisk(path: string, projects: Projects, log: (message: string) => void): Diagnostic[] {
  try {
    const kind = path.endsWith('.srdeploy') ? 'plan' : 'config';
    return diagnosticsOf(documentOnDisk(uriOfPath(path), kind, readFileSync(path, 'utf8'), projects), log);
  } catch (error) {
    if (!isGone(error)) log(`${path} cannot be read: ${String(error)}`);
    return [];
  }
}
