import type { FoundPackage, PackageManager, PackageScript, SeenFolder } from '../../model/found-parts.ts';
import { jsonValueOf } from '../../read/json-nodes.ts';
import { readSource } from '../../read/source.ts';
import { folderOf } from '../named-file.ts';

/** What the `package.json` files of a folder say. */
export interface ReadPackages {
  readonly found: readonly FoundPackage[];
  /** Names of packages that they depend on, of all kinds. */
  readonly dependencies: readonly string[];
  /** What their scripts `deploy` run. */
  readonly deployScripts: readonly string[];
  readonly name: string | undefined;
  readonly notes: readonly string[];
}

/** Reads the `package.json` at the top, else those one folder below: at the top of a workspace stand the scripts for all of it. */
export function packagesIn(seen: SeenFolder): ReadPackages {
  const paths = seen.files.filter((path) => /^(?:[^/]+\/)?package\.json$/.test(path) && seen.texts.has(path));
  const top = paths.filter((path) => path === 'package.json');
  const read = (top.length > 0 ? top : paths).map((path) => readPackage(path, seen));
  const { name } = read.find(({ path }) => path === 'package.json') ?? {};
  return {
    found: read.flatMap(({ path, scripts }) =>
      scripts.length === 0 ? [] : [{ folder: folderOf(path).slice(0, -1), manager: managerOf(path, seen), scripts }],
    ),
    dependencies: read.flatMap(({ dependencies }) => dependencies),
    deployScripts: read.flatMap(({ deployScript }) => deployScript ?? []),
    name,
    notes: read.flatMap(({ notes }) => notes),
  };
}

/** Whether a script starts this command line, so that a deployment which ran it would begin another. */
export const runsItself = (text: string): boolean => /(?:^|[\s/;&|(])srdeploy\s/m.test(text);

interface ReadPackage extends Omit<ReadPackages, 'found' | 'deployScripts'> {
  readonly path: string;
  readonly scripts: readonly PackageScript[];
  readonly deployScript: string | undefined;
}

const wanted: readonly PackageScript[] = ['build', 'test', 'deploy'];

function readPackage(path: string, { texts }: SeenFolder): ReadPackage {
  const { root, problems } = readSource(path, texts.get(path) ?? '', 'json');
  const [problem] = problems;
  if (problem || root?.type !== 'object') {
    const why = problem?.message ?? 'it is no object.';
    const notes = [`${JSON.stringify(path)} is not the JSON of a package and was left out: ${why}`];
    return { path, scripts: [], dependencies: [], deployScript: undefined, name: undefined, notes };
  }
  const json = membersOf(jsonValueOf(root));
  const scripts = membersOf(json.scripts);
  const texted = wanted.filter((name) => isScript(scripts[name]));
  const own = texted.filter((name) => runsItself(String(scripts[name])));
  return {
    path,
    scripts: texted.filter((name) => !own.includes(name)),
    dependencies: DEPENDENCIES.flatMap((key) => Object.keys(membersOf(json[key]))),
    deployScript: texted.includes('deploy') ? String(scripts.deploy) : undefined,
    name: typeof json.name === 'string' && /\S/.test(json.name) ? json.name : undefined,
    notes: own.map(
      (name) =>
        `The script "${name}" of ${JSON.stringify(path)} runs srdeploy itself and was left out: a deployment would begin another.`,
    ),
  };
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** `npm init` writes a test that only says that there is none. */
const isScript = (script: unknown): boolean =>
  typeof script === 'string' && /\S/.test(script) && !script.includes('no test specified');

/** By the lock file beside the package, else by the one at the top. */
function managerOf(path: string, { files }: SeenFolder): PackageManager {
  const beside = (folder: string) =>
    LOCK_FILES.find(([file]) => files.includes(folder === '' ? file : `${folder}${file}`))?.[1];
  return beside(folderOf(path)) ?? beside('') ?? 'npm';
}

const LOCK_FILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];
