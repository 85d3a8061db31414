import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { AuditEntry } from '../../core/index.ts';
import {
  cliBundle,
  type Ended,
  planDocument,
  sqliteConfig,
  srdeploy,
  type TestProject,
  testProject,
} from './srdeploy.ts';
import { temporaryFolder } from './temporary-folder.ts';

const pause = { id: 'look', name: 'Look', type: 'pause', message: 'Have a look.' };
const config = {
  ...sqliteConfig,
  connections: {
    ...sqliteConfig.connections,
    pg: { backend: 'postgresql', host: 'db', database: 'd', username: 'u', password: '${secret:PG_PASSWORD}' },
  },
  targets: {
    dev: { connection_ref: 'db' },
    live: { kind: 'production', connection_ref: 'pg', environment: { REGION: 'eu', TOKEN: '${secret:LIVE_TOKEN}' } },
  },
  groups: [
    {
      name: 'api',
      order: 1,
      file_patterns: ['api/*'],
      deploy_command: 'true',
      required_env_vars: ['DATABASE_URL', 'TOKEN', 'REGION'],
    },
  ],
  environment: { LOG_LEVEL: 'info', API_KEY: { secret: true, description: 'the key of the service' } },
};

export type Env = Readonly<Record<string, string>>;

/**
 * A new project for each test with the targets `dev` and `live`, whose group needs `DATABASE_URL`, `TOKEN` and `REGION`, and a plan
 * document for `staging`; and what tests of `srdeploy env` do in it. No key is given to the commands.
 */
export function useEnvProject() {
  let project: TestProject;
  /** `$XDG_CONFIG_HOME` of the commands. */
  let home: string;
  beforeEach(async () => {
    home = await temporaryFolder();
    project = await testProject(planDocument({ steps: [pause] }), {}, config);
  });
  afterEach(() => project.remove());

  const surroundings = (more: Env): NodeJS.ProcessEnv => ({
    XDG_CONFIG_HOME: home,
    SRDEPLOY_USER: 'dana',
    SRDEPLOY_KEY: '',
    SRDEPLOY_KEY_FILE: '',
    SRDEPLOY_KEY_COMMAND: '',
    ...more,
  });
  const start = (program: string, words: readonly string[], env: Env) =>
    spawn(program, words, { cwd: project.folder, env: { ...process.env, ...surroundings(env) } });
  const run = (words: readonly string[], env: Env = {}) =>
    srdeploy(words, { cwd: project.folder, env: surroundings(env) });
  const json = async (words: readonly string[], env: Env = {}) => {
    const { code, stdout, stderr } = await run([...words, '--json'], env);
    return { code, json: JSON.parse(stdout), stderr };
  };
  /** As `run`, with something on standard input. */
  const typed = (words: readonly string[], input: string | Uint8Array, env: Env = {}): Promise<Ended> => {
    const child = start(process.execPath, [cliBundle, ...words], env);
    // A command that has refused already does not read on.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return endOf(child);
  };
  /** Runs a command in a terminal of its own (script(1) of util-linux), and types once it has asked. */
  const inTerminal = (words: readonly string[], asked: string, answer: string): Promise<Ended> => {
    const command = [process.execPath, cliBundle, ...words].map((word) => `'${word}'`).join(' ');
    const child = start('script', ['-qefc', command, '/dev/null'], { TERM: 'xterm' });
    let screen = '';
    child.stdout.on('data', (chunk) => {
      const isAsked = screen.includes(asked);
      screen += chunk;
      if (!isAsked && screen.includes(asked)) child.stdin.write(answer);
    });
    return endOf(child);
  };

  return {
    /** The project and `$XDG_CONFIG_HOME` of the test that runs. */
    here: () => ({ project, home, envFolder: join(project.folder, '.srdeploy/env') }),
    run,
    json,
    typed,
    inTerminal,
    setSecret: (name: string, value: string, target = 'dev', env: Env = {}) =>
      typed(['env', 'set', name, '--target', target, '--secret'], value, env),
    get: (name: string, target: string, ...more: string[]) => run(['env', 'get', name, '--target', target, ...more]),
    audit: async (): Promise<AuditEntry[]> =>
      (await readFile(join(project.folder, '.srdeploy/audit.jsonl'), 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    /** Every file below the project and the folder of configuration, with its bytes. */
    everyFile: async () => (await Promise.all([project.folder, home].map(filesBelow))).flat(),
  };
}

async function filesBelow(folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
