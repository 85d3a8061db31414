// A VS Code for the tests, from npm packages alone: workbench and extension host of code-server, started without its wrapper.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrThrow } from './process.mjs';

const VERSION = '4.139.1';
const NODE_VERSION = '24.21.0';
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Parts that tests do not need; most of them would have to be compiled. */
const UNNEEDED = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'node-addon-api',
  'ssh2',
  'zod',
];

/** Outside the repository and by version, so that every checkout shares it. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'srdeploy-tests');
const home = join(cache, `vscode-${VERSION}-${NODE_PACKAGE}-${NODE_VERSION}`);
const doneMarker = join(home, 'done');
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * The folder and programs of the VS Code for tests; installs it first where it is missing (half a minute, 530 MB). Several processes may
 * do so at once: each installs into a folder of its own and the first to finish gives it the final name.
 * @returns {Promise<{ version: string, node: string, server: string }>} the Node to start it with and the server's main module
 */
export async function vscodeRuntime() {
  if (!existsSync(doneMarker)) await install();
  return {
    version: VERSION,
    node: join(home, 'node_modules', NODE_PACKAGE, 'bin/node'),
    server: join(home, 'vscode/out/server-main.js'),
  };
}

async function install() {
  console.error(`Installing VS Code for the tests (code-server ${VERSION}) below ${cache}`);
  await mkdir(cache, { recursive: true });
  await removeAbandoned();
  const work = await mkdtemp(join(cache, 'installing-'));
  try {
    await fetchServer(work);
    await fetchNode(work);
    await writeFile(join(work, 'done'), `${new Date().toISOString()}\n`);
    await giveFinalName(work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchServer(work) {
  const limit = { cwd: work, timeoutMs: 5 * 60_000 };
  await runOrThrow('npm', ['pack', '--silent', `code-server@${VERSION}`], limit);
  const archive = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new Error('npm pack left no archive of code-server.');
  await runOrThrow('tar', ['-xzf', archive, 'package/lib/vscode'], limit);
  await rename(join(work, 'package/lib/vscode'), join(work, 'vscode'));
  await rm(join(work, archive));
  await rm(join(work, 'package'), { recursive: true });
  const manifestFile = join(work, 'vscode/package.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
  for (const name of UNNEEDED) delete manifest.dependencies[name];
  await writeFile(manifestFile, JSON.stringify(manifest, undefined, 2));
  const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runOrThrow('npm', install, { ...limit, cwd: join(work, 'vscode') });
}

async function fetchNode(work) {
  await writeFile(join(work, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    `${NODE_PACKAGE}@${NODE_VERSION}`,
  ];
  await runOrThrow('npm', args, { cwd: work, timeoutMs: 5 * 60_000 });
  const node = join(work, 'node_modules', NODE_PACKAGE, 'bin/node');
  const answer = await runOrThrow(node, ['--version'], { timeoutMs: 30_000 });
  if (answer.trim() !== `v${NODE_VERSION}`) throw new Error(`${node} answers ${answer.trim()}, not v${NODE_VERSION}.`);
}

async function giveFinalName(work) {
  try {
    await rename(work, home);
  } catch (error) {
    // Another process was first; a folder by that name is always whole, because it only ever comes by such a rename.
    if (!existsSync(doneMarker)) throw new Error(`${home} is damaged; remove it and try again.`, { cause: error });
  }
}

/** Removes what processes that were killed while installing have left. */
async function removeAbandoned() {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    const age = Date.now() - (await stat(folder)).mtimeMs;
    if (name.startsWith('installing-') && age > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await vscodeRuntime(), undefined, 2));
