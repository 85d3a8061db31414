import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { ProtocolConnection } from 'vscode-languageserver/node';

/** A language server that takes part: how it is started and what it wants to be told. */
export interface Contestant {
  readonly name: string;
  /** The main module, absolute. */
  readonly bundle: string;
  readonly languageId: string;
  readonly initializationOptions: object;
  /** True where the editor asks for diagnostics; false where they are pushed. */
  readonly isPulled: boolean;
  prepare(connection: ProtocolConnection): Promise<void>;
}

// Benchmarks are started in the folder of the repository; in a bundle there is no other way to tell.
const ourBundle = resolve('dist/server.js');
const planSchema = resolve('schemas/plan-document.schema.json');

export const ours: Contestant = {
  name: 'srdeploy',
  bundle: ourBundle,
  languageId: 'srdeploy',
  initializationOptions: { exclude: [] },
  isPulled: false,
  async prepare() {},
};

const PEER = "VS Code's JSON server";

/** VS Code's own JSON server in both of its ways to give diagnostics. */
export interface JsonServer {
  readonly pulled: Contestant;
  readonly pushed: Contestant;
}

/**
 * Finds the JSON server of the VS Code for tests, and has that VS Code installed first where it is missing, as the tests do. Undefined
 * where that fails; then what is missing is said on standard error.
 */
export async function findJsonServer(): Promise<JsonServer | undefined> {
  try {
    const script = resolve('scripts/vscode-runtime.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 15 * 60_000 });
    const { server, version } = JSON.parse(stdout) as { readonly server: string; readonly version: string };
    const folder = join(dirname(server), '../extensions/json-language-features/server/dist/node');
    const bundle = join(folder, 'jsonServerMain.js');
    if (existsSync(bundle)) return contestantsOf(bundle, version);
    console.error(`${PEER} is missing: code-server ${version} has no ${bundle}. The figures are ours alone.`);
  } catch (error) {
    console.error(`${PEER} is missing, because the VS Code for tests (code-server) cannot be had; ours alone.`, error);
  }
  return undefined;
}

function contestantsOf(bundle: string, version: string): JsonServer {
  const contestant = {
    bundle,
    languageId: 'json',
    initializationOptions: { handledSchemaProtocols: ['file'], provideFormatter: false },
    async prepare(connection: ProtocolConnection) {
      const settings = { json: { validate: { enable: true }, schemas: [] } };
      await connection.sendNotification('workspace/didChangeConfiguration', { settings });
      const association = { fileMatch: ['*.srdeploy'], uri: pathToFileURL(planSchema).href };
      await connection.sendNotification('json/schemaAssociations', [association]);
    },
  };
  return {
    pulled: { ...contestant, name: `${PEER} (${version}), pull`, isPulled: true },
    pushed: { ...contestant, name: `${PEER} (${version}), push`, isPulled: false },
  };
}
