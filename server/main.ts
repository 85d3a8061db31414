import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createConnection, type InitializeParams } from 'vscode-languageserver/node';
import { capabilities } from './capabilities.ts';
import type { startServer } from './start-server.ts';

/** What the language service needs of the library, which is in this bundle alone. */
export {
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver/node';

/*
 * Speaks first and thinks later: the answer to `initialize` waits for nothing but this bundle, and the language service is loaded while the
 * editor reads it. Takes its channel from the command line: --stdio, --node-ipc, --socket=PORT or --pipe=NAME.
 */
const connection = createConnection();
let start = (): void => undefined;
connection.onInitialize((params) => {
  start = () => {
    start = () => undefined;
    serve(params);
  };
  // After the answer was written, which takes a turn of its own.
  setImmediate(() => setImmediate(() => start()));
  return capabilities;
});
let tell = (): void => undefined;
const initialized = new Promise<void>((resolve) => {
  tell = resolve;
});
// No document is opened before this.
connection.onInitialized(() => {
  start();
  tell();
});
connection.listen();

function serve(params: InitializeParams): void {
  const file = join(__dirname, 'language-service.js');
  const service = createRequire(file)(file) as { readonly startServer: typeof startServer };
  service.startServer(connection, params, initialized);
}
