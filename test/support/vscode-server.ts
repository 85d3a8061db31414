import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type VscodeRuntime, vscodeRuntime } from './vscode-runtime.ts';

export interface VscodeOptions {
  /** The folder of an extension to run as it is, as if it were installed. */
  readonly extension?: string;
  /** A packaged extension to install into the fresh profile, as a user does. */
  readonly vsix?: string;
  /** Settings beyond those for quiet runs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The main module of a suite that runs in the extension host of every window, which are then windows for tests without toasts. */
  readonly tests?: string;
  /** `ask`: workspace trust is on and the window asks; left out, every workspace is trusted. */
  readonly trust?: 'ask';
}

/** A running VS Code server with a fresh profile. */
export interface VscodeServer {
  readonly port: number;
  /** The address of a window on a folder. */
  windowUrl(folder: string): string;
  /** Changes settings of all windows; open windows follow within a second or so. */
  changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** What the server printed so far. */
  output(): string;
  /** Ids of processes that came from this server and still live, runners that outlive their window included. */
  processes(): Promise<readonly number[]>;
  /** Ends the server and every process that came from it, and removes its profile. */
  stop(): Promise<void>;
}

/** Settings that keep windows quiet: no welcome page, no chat panel that takes the focus, no animations, no questions. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Light 2026',
  'window.autoDetectColorScheme': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'security.workspace.trust.untrustedFiles': 'open',
  'editor.accessibilitySupport': 'off',
  'files.autoSave': 'off',
};

const STARTUP_MS = 60_000;
const EXIT_MS = 10_000;

/** Starts a VS Code server on a random loopback port; ready when it returns. Throws with its output where it does not start. */
export async function startVscode(options: VscodeOptions): Promise<VscodeServer> {
  const runtime = await vscodeRuntime();
  const profile = await mkdtemp(join(tmpdir(), 'srdeploy-vscode-'));
  const [data, extensions] = [join(profile, 'data'), join(profile, 'extensions')];
  const marker = `SRDEPLOY_TEST_WINDOW=${randomUUID()}`;
  const settingsFile = join(data, 'data/Machine/settings.json');
  let settings: Record<string, unknown> = { ...quiet, ...options.settings };
  await mkdir(join(data, 'data/Machine'), { recursive: true });
  await mkdir(extensions, { recursive: true });
  await writeFile(settingsFile, JSON.stringify(settings));
  if (options.vsix) await install(runtime, options.vsix, data, extensions);
  if (options.extension && !options.tests) await enlist(options.extension, extensions);

  const child = spawn(runtime.node, [runtime.server, ...serverFlags(data, extensions, options)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(options.environment, marker),
  });
  const output = collect(child);
  const stop = async (): Promise<void> => {
    await endAll(child, marker);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await portOf(child, output);
    return {
      port,
      windowUrl: (folder) => windowUrl(port, folder, options),
      changeSettings: async (changes) => {
        settings = { ...settings, ...changes };
        await writeFile(settingsFile, JSON.stringify(settings));
      },
      output,
      processes: () => processesWith(marker),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const serverFlags = (data: string, extensions: string, { tests, trust }: VscodeOptions): string[] => [
  ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
  ...['--server-data-dir', data, '--extensions-dir', extensions, '--telemetry-level', 'off'],
  ...(trust === 'ask' ? [] : ['--disable-workspace-trust']),
  // Without it the payload of a window's address is ignored; with it notifications go to the bell only.
  ...(tests ? ['--enable-smoke-test-driver'] : []),
];

/** A window that runs inside another VS Code must not think it belongs to that one. */
function environment(extra: VscodeOptions['environment'], marker: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS$|NODE_ENV$)/.test(name),
  );
  const [name, value] = marker.split('=') as [string, string];
  return { ...Object.fromEntries(own), ...extra, [name]: value };
}

/** Enters an extension into the profile's list where it stands, as an installed one; one under development would get a window of its own kind. */
async function enlist(extension: string, extensions: string): Promise<void> {
  const text = await readFile(join(extension, 'package.json'), 'utf8');
  const { publisher, name, version } = JSON.parse(text) as Readonly<Record<string, string>>;
  const location = { $mid: 1, path: extension, scheme: 'file' };
  const entry = { identifier: { id: `${publisher}.${name}` }, version, location, metadata: { source: 'vsix' } };
  await writeFile(join(extensions, 'extensions.json'), JSON.stringify([entry]));
}

async function install(runtime: VscodeRuntime, vsix: string, data: string, extensions: string): Promise<void> {
  const args = [runtime.server, '--install-extension', vsix, '--server-data-dir', data, '--extensions-dir', extensions];
  await promisify(execFile)(runtime.node, [...args, '--accept-server-license-terms'], { timeout: STARTUP_MS });
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

function portOf(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(limit);
      reject(new Error(`The VS Code server ${why}. It printed:\n${output()}`));
    };
    const limit = setTimeout(() => fail('did not start in time'), STARTUP_MS);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code) => fail(`ended with exit code ${code}`));
    child.stdout?.on('data', () => {
      const port = /Extension host agent listening on (\d+)/.exec(output())?.[1];
      if (!port) return;
      clearTimeout(limit);
      resolve(Number(port));
    });
  });
}

function windowUrl(port: number, folder: string, { extension, tests }: VscodeOptions): string {
  const query = new URLSearchParams({ folder });
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  if (tests && extension) {
    const development = ['extensionDevelopmentPath', remote(extension)];
    query.set('payload', JSON.stringify([development, ['extensionTestsPath', remote(tests)]]));
  }
  return `http://127.0.0.1:${port}/?${query}`;
}

/** Ends the server's group and then what left the group but still carries the marker, such as detached runners. */
async function endAll(child: ChildProcess, marker: string): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) resolve();
    else child.once('exit', () => resolve());
  });
  if (child.pid !== undefined) signal(-child.pid, 'SIGTERM');
  const limit = setTimeout(() => child.pid !== undefined && signal(-child.pid, 'SIGKILL'), EXIT_MS);
  await exited;
  clearTimeout(limit);
  if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
  for (const pid of await processesWith(marker)) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function processesWith(marker: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const carries = await Promise.all(
    pids.map(async (pid) => {
      // A process that ends meanwhile, or belongs to somebody else, is none of ours.
      const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return variables.split('\0').includes(marker);
    }),
  );
  return pids.filter((_, index) => carries[index]).map(Number);
}
