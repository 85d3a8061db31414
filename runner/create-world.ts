import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  createApprovals,
  createAuditLog,
  createClock,
  createDatabases,
  createHasher,
  createProcesses,
  createProjectFiles,
  createVariables,
  createWeb,
  loadSqliteChild,
  openFileLeases,
  readFileLeases,
} from '../adapters/index.ts';
import type { Operator, ProjectFiles, World } from '../core/index.ts';
import { createSqlEffectsLoader, sqlSyntax } from '../parsers/index.ts';
import { createLedger } from './ledger.ts';

export interface WorldOptions {
  /** Absolute path of the project. */
  readonly project: string;
  readonly machine: Machine;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Readonly<Record<string, string>>;
  readonly operator: Operator;
  /** `read` makes nothing on disk, not even `.srdeploy`; `act` may lock and run. */
  readonly access: 'read' | 'act';
}

/** What no project has to itself: one command opens its project more than once, for reading and for acting. */
export type Machine = Pick<World, 'clock' | 'databases' | 'effects' | 'hasher' | 'processes' | 'syntax' | 'web'> & {
  /** The folder of the bundles. */
  readonly dist: string;
  /** The files below an absolute path. */
  readonly filesOf: (project: string) => ProjectFiles;
};

/** `dist` is the folder of the bundles. Throws where one is missing. */
export const createMachine = (dist: string): Machine => ({
  dist,
  filesOf: (project) => createProjectFiles(project),
  clock: createClock(),
  databases: createDatabases({ sqlite: loadSqliteChild(dist) }),
  effects: createSqlEffectsLoader(dist),
  hasher: createHasher(),
  processes: createProcesses(),
  syntax: sqlSyntax,
  web: createWeb(),
});

/** The world as it is: this machine, this project. Refused where its store cannot be trusted with locks. */
export async function createWorld(
  options: WorldOptions,
): Promise<{ type: 'world'; world: World } | { type: 'refused'; message: string }> {
  const opened =
    options.access === 'act'
      ? await openStore(options.project)
      : ({ type: 'open', leases: readFileLeases(options.project) } as const);
  if (opened.type === 'refused') return opened;
  const { dist, filesOf, ...machine } = options.machine;
  const { clock, hasher, processes } = machine;
  const world: World = {
    ...machine,
    approvals: createApprovals(options.project),
    audit:
      options.access === 'act'
        ? createAuditLog({ project: options.project, processes, clock, hasher })
        : { append: () => Promise.reject(new Error('The project was opened for reading only.')) },
    files: filesOf(options.project),
    leases: opened.leases,
    ledger: createLedger(options.project, dist, { processes, leases: opened.leases }),
    operator: options.operator,
    variables: createVariables(options.env, options.secrets),
  };
  return { type: 'world', world };
}

/** Everything that a run writes goes into the store: where that cannot be written, nothing starts. */
async function openStore(project: string): ReturnType<typeof openFileLeases> {
  try {
    return await openFileLeases(project);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { type: 'refused', message: `The folder ${join(project, '.srdeploy')} cannot be used: ${message}` };
  }
}

/** Who acts, as history and locks name them: `user@host`. */
export const actor = (env: NodeJS.ProcessEnv): string => `${env.SRDEPLOY_USER || userName(env)}@${hostname()}`;

function userName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run us as a number that the system has no name for.
    return env.USER || env.LOGNAME || `uid-${process.getuid?.()}`;
  }
}
