import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { deployConfigIn, projectRootOf } from '../core/index.ts';

/** A project on disk. Spec: vocabulary, "project". */
export interface Project {
  /** Absolute. */
  readonly root: string;
  /** Relative to the project; undefined where it has no deploy config. */
  readonly configFile: string | undefined;
}

/** What deploys a project that has no groups. Spec: rulings, "No config". */
export const deployScript = 'deploy.sh';

/** The project that a file or folder belongs to. A folder is taken as it is where it holds a config or a `deployments` folder, else looked for upwards. */
export function findProject(path: string): Project {
  const absolute = resolve(path);
  const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) return projectIn(folderWithProject(absolute) ?? absolute);
  const slashed = absolute.split(sep).join('/');
  return projectIn(resolve(projectRootOf(slashed, (folder) => configIn(resolve(folder)) !== undefined)));
}

/** The project in exactly this folder. */
export const projectIn = (root: string): Project => ({ root, configFile: configIn(root) });

function folderWithProject(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (configIn(at) !== undefined || existsSync(join(at, 'deployments')) || existsSync(join(at, '.srdeploy')))
      return at;
    if (dirname(at) === at) return basename(folder) === 'deployments' ? dirname(folder) : undefined;
  }
}

function configIn(folder: string): string | undefined {
  try {
    return deployConfigIn(readdirSync(folder));
  } catch {
    return undefined; // Not a folder, or not ours to read: it holds no config for us.
  }
}
