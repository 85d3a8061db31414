import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { deployConfigIn, isDeployConfigName, projectRootOf, type RunId } from '../core/index.ts';

/** A plan document named by its project and its path in it. */
export interface PlanRef {
  /** Absolute path. */
  readonly project: string;
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** Undefined: the document's own target. */
  readonly target: string | undefined;
  /** Of a deploy config: only these groups, none for all of it; absent: nobody has chosen. */
  readonly groups?: readonly string[];
  /** True where nothing is to be run from what is shown; absent: false. */
  readonly dryRun?: boolean;
  /** The run that the plan takes back; absent where it deploys. */
  readonly rollback?: RunId;
}

/** Globs of the files that a plan is made from. `?*`: the folder `.srdeploy` is not one of them. */
export const planFileGlobs = [
  '**/?*.srdeploy',
  '**/*.sql',
  '**/{deploy-config.json,deploy-config.jsonc,*.deploy-config.json}',
];

/** The project of a file, by the rule of the command line and the language server, so that all of them mean the same `.srdeploy`. */
export function projectOf(file: string, names: (folder: string) => readonly string[] = namesIn): string {
  const root = projectRootOf(
    file.split(sep).join('/'),
    (folder) => deployConfigIn(names(native(folder))) !== undefined,
  );
  return native(root);
}

/** A file of a project as the protocol names it. */
export const planRef = (project: string, file: string): PlanRef => ({
  project,
  file: relative(project, file).split(sep).join('/'),
  target: undefined,
});

/** Whether it names a folder of migrations, not a document. */
export const isFolderRef = ({ project, file }: Pick<PlanRef, 'project' | 'file'>): boolean =>
  statSync(join(project, file), { throwIfNoEntry: false })?.isDirectory() === true;

export const isConfigRef = ({ file }: Pick<PlanRef, 'file'>): boolean => isDeployConfigName(basename(file));

/** Whether it names what has no target of its own: a folder of migrations, or a deploy config. */
export const needsTarget = (ref: Pick<PlanRef, 'project' | 'file'>): boolean => isFolderRef(ref) || isConfigRef(ref);

/** A project's name for people: its folder. */
export const projectName = (project: string): string => basename(project);

const native = (path: string): string => path.split('/').join(sep);

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that cannot be read holds no config for us.
    return [];
  }
}
