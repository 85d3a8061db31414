import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';
import { diagnosticsOf } from './features/diagnostics.ts';
import type { Requests } from './requests.ts';

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
/** What an editor asks right behind an edit, a completion above all, is answered before the text is judged. */
const FIRST_MS = 5;

interface Published {
  readonly documents: Documents;
  readonly requests: Pick<Requests, 'areWaiting'>;
  readonly log: (message: string) => void;
}

export function createPublisher(connection: Connection, { documents, requests, log }: Published): Publisher {
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
  const publishUnlessAsked = async (uri: string) => {
    const timer = timers.get(uri);
    const isAsked = await requests.areWaiting();
    // Meanwhile it may have been judged or closed.
    if (timers.get(uri) !== timer) return;
    if (isAsked) timers.set(uri, setTimeout(publishUnlessAsked, 0, uri));
    else publish(uri);
  };
  const publishSoon = (uri: string) => {
    if (timers.has(uri)) return;
    const rest = (lastAt.get(uri) ?? Number.NEGATIVE_INFINITY) + DELAY_MS - performance.now();
    timers.set(uri, setTimeout(publishUnlessAsked, Math.max(FIRST_MS, rest), uri));
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
