import { createConnection } from 'vscode-languageserver/node';
import { startServer } from './start-server.ts';

// Takes its channel from the command line: --stdio, --node-ipc, --socket=PORT or --pipe=NAME.
startServer(createConnection());
