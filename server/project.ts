import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, posix } from 'node:path';
import {
  type DeployConfig,
  deployConfigIn,
  type Facts,
  isDeployConfigName,
  noRuleSettings,
  type PlanPlace,
  projectRootOf,
  readDeployConfig,
} from '../core/index.ts';
import type { WorkspaceIndex } from './workspace-index.ts';

/** A project as the language server sees it: what is where, and what the deploy config says. It is read, never changed. */
export interface Project {
  /** Absolute, with `/`. */
  readonly root: string;
  readonly facts: Facts;
  /** The deploy config on disk; undefined where there is none or it is wrong. */
  config(): DeployConfig | undefined;
  /** The name of the deploy config, in the root; undefined where there is none. */
  configFile(): string | undefined;
  /** A path below the root, relative to it; another one as it is. */
  relative(path: string): string;
  absolute(path: string): string;
}

/** Finds plan documents of a project by their ids, and remembers until something on disk changes who may have one. */
export interface PlanIds {
  of(project: Pick<Project, 'root' | 'relative' | 'absolute'>, planId: string): readonly PlanPlace[];
  refresh(): void;
}

/** Finds projects and remembers what it looked up until something on disk changes. */
export interface Projects {
  of(path: string): Project;
  /** Forgets what was looked up on disk. */
  refresh(): void;
}

export function createProjects(index: WorkspaceIndex, planIds: PlanIds, log: (message: string) => void): Projects {
  const configNames = new Map<string, string | undefined>();
  const configs = new Map<string, DeployConfig | undefined>();
  const configOf = (folder: string): string | undefined =>
    remembered(configNames, folder, () => configNameIn(folder, log));
  return {
    of(path) {
      const root = projectRootOf(path, (folder) => configOf(folder) !== undefined);
      const absolute = (relative: string) => posix.join(root, relative);
      const relative = (file: string) => (file.startsWith(withSlash(root)) ? file.slice(withSlash(root).length) : file);
      const config = () => {
        const name = configOf(root);
        return name === undefined
          ? undefined
          : remembered(configs, absolute(name), () => loadConfig(absolute(name), log));
      };
      return {
        root,
        absolute,
        relative,
        facts: {
          scriptAt: (script) => (index.has(absolute(script)) ? 'present' : lookUp(root, absolute(script), log)),
          scripts: () => index.below(root).map(relative),
          rules: () => config()?.rules ?? noRuleSettings,
          connections: () => {
            const known = config()?.connections.keys();
            return known && [...known];
          },
          plansWithId: (planId) => planIds.of({ root, relative, absolute }, planId),
        },
        config,
        configFile: () => configOf(root),
      };
    },
    refresh() {
      configNames.clear();
      configs.clear();
      planIds.refresh();
    },
  };
}

const withSlash = (folder: string): string => (folder.endsWith('/') ? folder : `${folder}/`);

function remembered<Key, Value>(memory: Map<Key, Value>, key: Key, look: () => Value): Value {
  if (!memory.has(key)) memory.set(key, look());
  return memory.get(key) as Value;
}

function configNameIn(folder: string, log: (message: string) => void): string | undefined {
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => isDeployConfigName(entry.name) && !entry.isDirectory())
      .map((entry) => entry.name);
    return deployConfigIn(names);
  } catch (error) {
    if (!isGone(error)) log(`${folder} cannot be read: ${String(error)}`);
    return undefined;
  }
}

function loadConfig(file: string, log: (message: string) => void): DeployConfig | undefined {
  try {
    return readDeployConfig(basename(file), readFileSync(file, 'utf8')).config;
  } catch (error) {
    log(`${file} cannot be read: ${String(error)}`);
    return undefined;
  }
}

/** How a script stands that the index does not have: it may be outside the workspace, have another suffix, or be new. */
function lookUp(root: string, file: string, log: (message: string) => void): ReturnType<Facts['scriptAt']> {
  try {
    const real = realpathSync.native(file).replaceAll('\\', '/');
    const realRoot = realpathSync.native(root).replaceAll('\\', '/');
    if (!real.startsWith(withSlash(realRoot))) return 'outside';
    return statSync(real).isFile() ? 'present' : 'missing';
  } catch (error) {
    if (isGone(error)) return 'missing';
    log(`${file} cannot be looked up: ${String(error)}`);
    return 'unknown';
  }
}

/** True for the error of a file or folder that is not there. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
