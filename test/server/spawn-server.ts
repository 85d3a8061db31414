import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Registration,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  WorkspaceFoldersRequest,
} from 'vscode-languageserver/node';

import type { LanguageServerOptions } from '../../protocol/index.ts';

/** The bundled server over stdio, and what it has said so far. */
export interface ServerUnderTest {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly registrations: readonly Registration[];
  readonly log: readonly string[];
  readonly published: readonly PublishDiagnosticsParams[];
  open(path: string, text: string, languageId?: string): Promise<string>;
  change(uri: string, version: number, text: string): Promise<void>;
  close(uri: string): Promise<void>;
  /** The next diagnostics of a document that the condition holds for, those from before the call left out. */
  nextDiagnostics(uri: string, holds?: (diagnostics: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]>;
  stop(): Promise<number>;
}

/** Starts `dist/server.js`, or a command line of another bundle, with a folder as its workspace. */
export async function spawnServer(
  folder: string,
  words: readonly [bundle: string, ...string[]] = ['server.js', '--stdio'],
  options: Partial<LanguageServerOptions> = {},
): Promise<ServerUnderTest> {
  const [bundle, ...more] = words;
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../dist', bundle), ...more], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const log: string[] = [];
  const registrations: Registration[] = [];
  const listeners = new Set<(params: PublishDiagnosticsParams) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    for (const listener of listeners) listener(params);
  });
  connection.onNotification(LogMessageNotification.type, ({ message }) => {
    log.push(message);
  });
  connection.onRequest(RegistrationRequest.type, (params) => {
    registrations.push(...params.registrations);
  });
  const folders = [{ uri: pathToFileURL(folder).href, name: 'workspace' }];
  connection.onRequest(WorkspaceFoldersRequest.type, () => folders);
  connection.listen();
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: folders,
    initializationOptions: options,
    capabilities: {
      workspace: { workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: { publishDiagnostics: { versionSupport: true, relatedInformation: true } },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    initialized,
    registrations,
    log,
    published,
    async open(path, text, languageId = 'srdeploy') {
      const uri = pathToFileURL(path).href;
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId, version: 1, text },
      });
      return uri;
    },
    change: (uri, version, text) =>
      connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    close: (uri) => connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } }),
    nextDiagnostics: (uri, holds = () => true) =>
      new Promise((done) => {
        const listener = (params: PublishDiagnosticsParams) => {
          if (params.uri !== uri || !holds(params.diagnostics)) return;
          listeners.delete(listener);
          done(params.diagnostics);
        };
        listeners.add(listener);
      }),
    stop: () => stop(connection, child),
  };
}

async function stop(connection: ProtocolConnection, child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit');
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  const [code] = (await ended) as [number];
  connection.dispose();
  return code;
}
