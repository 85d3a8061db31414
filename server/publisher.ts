import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';
import { diagnosticsOf } from './features/diagnostics.ts';

/** Sends diagnostics: soon after an edit, at once after opening, never for documents that are not ours. */
export interface Publisher {
  publish(uri: string): void;
  publishSoon(uri: string): void;
  /** As `publishSoon`, unless this version was judged already. */
  edited(uri: string, version: number): void;
  /** The document is closed: what was said of it is taken back. */
  clear(uri: string): void;
  /** The codes of what was last sent of a document. */
  codesOf(uri: string): ReadonlySet<string>;
  dispose(): void;
}

/** A burst of keystrokes is judged at its beginning, and then once in so many milliseconds: short enough not to be noticed. */
const DELAY_MS = 50;

export function createPublisher(
  connection: Connection,
  documents: Documents,
  log: (message: string) => void,
): Publisher {
  const timers = new Map<string, NodeJS.Timeout>();
  const judged = new Map<string, number>();
  const lastAt = new Map<string, number>();
  const codes = new Map<string, ReadonlySet<string>>();
  const forget = (uri: string) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
  };
  const send = (params: Parameters<Connection['sendDiagnostics']>[0]) => {
    connection.sendDiagnostics(params).catch((error: unknown) => log(`Diagnostics were not sent: ${String(error)}`));
  };
  const publish = (uri: string) => {
    forget(uri);
    const document = documents.get(uri);
    if (!document) return;
    judged.set(uri, document.version);
    lastAt.set(uri, performance.now());
    const diagnostics = diagnosticsOf(document, log);
    codes.set(uri, new Set(diagnostics.map(({ code }) => String(code))));
    send({ uri, version: document.version, diagnostics });
  };
  const publishSoon = (uri: string) => {
    if (timers.has(uri)) return;
    const rest = (lastAt.get(uri) ?? Number.NEGATIVE_INFINITY) + DELAY_MS - performance.now();
    timers.set(uri, setTimeout(publish, Math.max(0, rest), uri));
  };
  return {
    publish,
    publishSoon,
    edited(uri, version) {
      if (judged.get(uri) !== version) publishSoon(uri);
    },
    clear(uri) {
      forget(uri);
      codes.delete(uri);
      lastAt.delete(uri);
      if (judged.delete(uri)) send({ uri, diagnostics: [] });
    },
    codesOf: (uri) => codes.get(uri) ?? new Set(),
    dispose: () => [...timers.keys()].forEach(forget),
  };
}
