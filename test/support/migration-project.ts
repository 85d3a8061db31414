import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationState } from '../../core/index.ts';
import { type Ended, srdeploy, srdeployJson, type TestProject, testProject } from './srdeploy.ts';

/** What `migration status --json` says. */
export interface StatusAnswer {
  readonly migrations: readonly { readonly file: string; readonly state: MigrationState; readonly note?: string }[];
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

/** What a command that fails prints with `--json`. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
    readonly differences?: readonly { readonly script: string; readonly unified?: string }[];
  };
}

/** A project with a folder `m` of migrations and the targets `dev` and `live` (production) on one database. */
export interface MigrationProject extends TestProject {
  /** Runs `srdeploy` in the project. */
  run(...words: readonly string[]): Promise<Ended>;
  json<T = ErrorAnswer>(...words: readonly string[]): Promise<{ code: number | null; json: T }>;
  /** `migration apply m --target dev`. */
  apply(...more: readonly string[]): Promise<Ended>;
  /** File names and states, by `migration status`. */
  states(): Promise<Record<string, MigrationState>>;
  status(): Promise<StatusAnswer>;
  delete(path: string): Promise<void>;
}

export async function migrationProject(
  files: Readonly<Record<string, string>>,
  connection: object = { backend: 'sqlite', file: 'data.db' },
  env: NodeJS.ProcessEnv = {},
): Promise<MigrationProject> {
  const inFolder = Object.fromEntries(Object.entries(files).map(([name, text]) => [`m/${name}`, text]));
  const project = await testProject({}, inFolder, {
    project: 'test',
    connections: { db: connection },
    targets: { dev: { connection_ref: 'db' }, live: { connection_ref: 'db', kind: 'production' } },
  });
  await rm(join(project.folder, project.plan));
  const options = { cwd: project.folder, env };
  const status = async () =>
    (await srdeployJson<StatusAnswer>(['migration', 'status', 'm', '--target', 'dev'], options)).json;
  return {
    ...project,
    run: (...words) => srdeploy(words, options),
    json: (...words) => srdeployJson(words, options),
    apply: (...more) => srdeploy(['migration', 'apply', 'm', '--target', 'dev', ...more], options),
    delete: (path) => rm(join(project.folder, path)),
    status,
    states: async () =>
      Object.fromEntries((await status()).migrations.map(({ file, state }) => [file.slice('m/'.length), state])),
  };
}
