import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RunView } from '../../core/index.ts';

const root = resolve(import.meta.dirname, '../..');
export const cliBundle = join(root, 'dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that goes on: what it printed so far, and its end. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  output(): string;
  /** Resolves when the text was printed; rejects when the process ends without it. */
  printed(text: string): Promise<void>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the bundled command line as a process of its own. */
export function startSrdeploy(words: readonly string[], { cwd, env }: StartOptions): Started {
  const child = spawn(process.execPath, [cliBundle, ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    for (const watcher of watchers) watcher();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  const output = () => stdout + stderr;
  const printed = (text: string) =>
    new Promise<void>((done, fail) => {
      const look = () => {
        if (!output().includes(text)) return;
        watchers.delete(look);
        done();
      };
      watchers.add(look);
      void ended.then(() => fail(new Error(`ended without printing "${text}":\n${output()}`)));
      look();
    });
  return { child, ended, output, printed };
}

export const srdeploy = (words: readonly string[], options: StartOptions): Promise<Ended> =>
  startSrdeploy(words, options).ended;

/** The JSON object that a command printed, with its exit code. */
export async function srdeployJson<T = Record<string, unknown>>(
  words: readonly string[],
  options: StartOptions,
): Promise<{ code: number | null; json: T }> {
  const { code, stdout, stderr } = await srdeploy([...words, '--json'], options);
  try {
    return { code, json: JSON.parse(stdout) as T };
  } catch {
    throw new Error(`srdeploy ${words.join(' ')} printed no JSON (exit ${code}):\n${stdout}\n${stderr}`);
  }
}

/** What `run`, `resume` and `runs show` print with `--json`. */
export interface RunAnswer {
  readonly v: 1;
  readonly run: RunView;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  };
}

export const planUuid = '0b9d7f2e-5a64-4d0f-8a55-3f0c2a1b9d10';

/** A plan document; fields given replace the usual ones. */
export const planDocument = (fields: object = {}): object => ({
  version: '1.0',
  plan_id: planUuid,
  name: 'A plan',
  target_env: { id: 'staging', name: 'Staging', backend: 'sqlite', connection_ref: 'db' },
  created_at: '2026-02-05T12:00:00Z',
  created_by: 'dana',
  approval_required: false,
  pre_checks: [{ id: 'check_connection', type: 'connection' }],
  steps: [],
  post_checks: [],
  ...fields,
});

export const migration = (id: string, script: string, more: object = {}): object => ({
  id,
  name: `Apply ${id}`,
  type: 'migration',
  script,
  ...more,
});

export const sqliteConfig = {
  project: 'test',
  connections: { db: { backend: 'sqlite', file: 'data.db' } },
  targets: {},
};

export interface TestProject {
  readonly folder: string;
  readonly plan: string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

/** A project in a temporary folder: `deployments/plan.srdeploy`, a deploy config, and files. */
export async function testProject(
  plan: object | string,
  files: Readonly<Record<string, string>>,
  config: object = sqliteConfig,
): Promise<TestProject> {
  const folder = await mkdtemp(join(tmpdir(), 'srdeploy-test-'));
  const project: TestProject = {
    folder,
    plan: 'deployments/plan.srdeploy',
    async write(path, text) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await project.write(project.plan, typeof plan === 'string' ? plan : JSON.stringify(plan, undefined, 2));
  await project.write('deploy-config.json', JSON.stringify(config, undefined, 2));
  for (const [path, text] of Object.entries(files)) await project.write(path, text);
  return project;
}

/** The shop example in a temporary folder, as a newcomer finds it. */
export async function shopProject(): Promise<TestProject> {
  const project = await testProject({}, {});
  await rm(project.folder, { recursive: true });
  await cp(join(root, 'examples/shop'), project.folder, { recursive: true });
  return { ...project, plan: 'deployments/release-1.4.srdeploy' };
}
