import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CompletionItem,
  CompletionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { Contestant } from './contestants.ts';

/** A server over stdio, driven as an editor does it: incremental edits, versions, and what it publishes. */
export interface DrivenServer {
  readonly connection: ProtocolConnection;
  readonly contestant: Contestant;
  /** Undefined only for a process that never began. */
  readonly pid: number | undefined;
  /** From the spawn to the answer of `initialize`. Milliseconds. */
  readonly startedInMs: number;
  readonly published: readonly PublishDiagnosticsParams[];
  open(path: string, text: string): Promise<string>;
  edit(uri: string, version: number, range: Range, text: string): Promise<void>;
  complete(uri: string, position: Position): Promise<readonly CompletionItem[]>;
  /** The next diagnostics of a document that the condition holds for, those from before the call left out. */
  nextDiagnostics(uri: string, holds: (diagnostics: readonly Diagnostic[]) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const capabilities: ClientCapabilities = {
  workspace: { workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } },
  textDocument: {
    publishDiagnostics: { versionSupport: true, relatedInformation: true },
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

/** Starts a server with a folder as its workspace and waits for its answer to `initialize`; `initialized` is sent by `begin`. */
export async function startServer(contestant: Contestant, folder: string): Promise<DrivenServer> {
  const before = performance.now();
  const child = spawn(process.execPath, [contestant.bundle, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const listeners = new Set<(params: PublishDiagnosticsParams) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    for (const listener of listeners) listener(params);
  });
  connection.onRequest(RegistrationRequest.type, () => {});
  connection.listen();
  const uri = pathToFileURL(folder).href;
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'workspace' }],
    initializationOptions: contestant.initializationOptions,
    capabilities: {
      ...capabilities,
      textDocument: { ...capabilities.textDocument, ...(contestant.isPulled && { diagnostic: {} }) },
    },
  });
  return {
    connection,
    contestant,
    pid: child.pid,
    startedInMs: performance.now() - before,
    published,
    async open(path, text) {
      const opened = pathToFileURL(path).href;
      const { languageId } = contestant;
      const textDocument = { uri: opened, languageId, version: 1, text };
      await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
      return opened;
    },
    edit: (of, version, range, text) =>
      connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: of, version },
        contentChanges: [{ range, text }],
      }),
    async complete(of, position) {
      const answer = await connection.sendRequest(CompletionRequest.type, { textDocument: { uri: of }, position });
      return Array.isArray(answer) ? answer : (answer?.items ?? []);
    },
    nextDiagnostics: (of, holds) =>
      new Promise((done) => {
        const listener = (params: PublishDiagnosticsParams) => {
          if (params.uri !== of || !holds(params.diagnostics)) return;
          listeners.delete(listener);
          done();
        };
        listeners.add(listener);
      }),
    stop: () => stop(connection, child),
  };
}

/** Says `initialized` and what the contestant wants to know before documents are opened. */
export async function begin({ connection, contestant }: DrivenServer): Promise<void> {
  await connection.sendNotification(InitializedNotification.type, {});
  await contestant.prepare(connection);
}

/** A server that has begun, and that is gone when the work is done or has failed. */
export async function withServer<Result>(
  contestant: Contestant,
  folder: string,
  work: (server: DrivenServer) => Promise<Result>,
): Promise<Result> {
  const server = await startServer(contestant, folder);
  try {
    await begin(server);
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function stop(connection: ProtocolConnection, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  await ended;
  connection.dispose();
}
