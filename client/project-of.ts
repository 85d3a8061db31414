import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** A plan document named by its project and its path in it. */
export interface PlanRef {
  /** Absolute path. */
  readonly project: string;
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** Undefined: the document's own target. */
  readonly target: string | undefined;
}

const CONFIG = 'deploy-config.json';
const DOCUMENTS = 'deployments';

/**
 * The project of a file: the nearest folder above it that holds the deploy config or the `deployments` folder, but not above
 * `limit`, the workspace folder. Spec: vocabulary, "project".
 */
export function projectOf(file: string, limit: string, exists: (path: string) => boolean = existsSync): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (exists(join(folder, CONFIG)) || exists(join(folder, DOCUMENTS))) return folder;
    if (folder === limit || folder === dirname(folder) || !isInside(folder, limit)) break;
  }
  return isInside(file, limit) ? limit : dirname(file);
}

/** A file of a project as the protocol names it. */
export const planRef = (project: string, file: string): PlanRef => ({
  project,
  file: relative(project, file).split(sep).join('/'),
  target: undefined,
});

/** A project's name for people: its folder. */
export const projectName = (project: string): string => basename(project);

const isInside = (path: string, folder: string): boolean => {
  const steps = relative(folder, path);
  return steps === '' || !steps.startsWith('..');
};
