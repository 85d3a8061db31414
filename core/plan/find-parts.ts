import type { FoundParts, SeenFolder } from '../model/found-parts.ts';
import { folderOf } from './named-file.ts';
import { databaseSigns } from './parts/database-signs.ts';
import { environmentNames, isEnvironmentFile } from './parts/environment-names.ts';
import { functionsIn } from './parts/functions.ts';
import { infraIn } from './parts/infra.ts';
import { migrationFolders } from './parts/migration-folders.ts';
import { packagesIn, runsItself } from './parts/packages.ts';
import { plainOnly } from './parts/plain-path.ts';
import { servicesIn } from './parts/services.ts';

/** Whether the text of a file says what there is to deploy. */
export const isReadForParts = (path: string): boolean =>
  /^(?:[^/]+\/)?package\.json$/.test(path) || path === DEPLOY_SCRIPT || isEnvironmentFile(path);

const DEPLOY_SCRIPT = 'deploy.sh';
const SUPABASE_VARIABLES = [
  'SUPABASE_ACCESS_TOKEN',
  'SUPABASE_PROJECT_REF',
  'SUPABASE_URL',
  'SUPABASE_SERVICE_ROLE_KEY',
];

/** What a folder holds that can be deployed. Nothing is guessed from a value of an environment file. Spec: orchestration, task 1, "init". */
export function findParts(seen: SeenFolder): FoundParts {
  const { found: packages, notes: ofPackages, ...told } = packagesIn(seen);
  const migrations = migrationFolders(seen.files);
  const infra = infraIn(seen.files);
  const script = deployScriptIn(seen, told.deployScripts);
  const names = environmentNames(seen);
  const plain = plainOnly({
    migrations: migrations.found,
    packages,
    functions: functionsIn(seen.files),
    services: servicesIn(seen.files),
    images: seen.files.filter((path) => /(?:^|\/)Dockerfile$/.test(path)).map((path) => folderOf(path).slice(0, -1)),
    infra: infra.found,
  });
  return {
    ...plain.found,
    hasDeployScript: script.isFound,
    signs: databaseSigns(seen, { dependencies: told.dependencies, names }),
    supabaseVariables: SUPABASE_VARIABLES.filter((name) => names.includes(name)),
    name: told.name,
    notes: [...seen.notes, ...migrations.notes, ...ofPackages, ...infra.notes, ...script.notes, ...plain.notes],
  };
}

/** True where nothing was found that a deployment could do anything with. */
export const hasNoParts = ({
  migrations,
  packages,
  functions,
  services,
  images,
  infra,
  ...more
}: FoundParts): boolean =>
  [migrations, packages, functions, services, images].every(({ length }) => length === 0) &&
  infra === undefined &&
  !more.hasDeployScript;

/** A `deploy.sh` at the top; `deployScripts` are what the scripts `deploy` of packages run. */
function deployScriptIn(
  { files, texts }: SeenFolder,
  deployScripts: readonly string[],
): { readonly isFound: boolean; readonly notes: readonly string[] } {
  const isThere = files.includes(DEPLOY_SCRIPT);
  if (!isThere || deployScripts.some((text) => text.includes(DEPLOY_SCRIPT))) return { isFound: false, notes: [] };
  if (!runsItself(texts.get(DEPLOY_SCRIPT) ?? '')) return { isFound: true, notes: [] };
  return {
    isFound: false,
    notes: ['deploy.sh runs srdeploy itself and was left out: a deployment would begin another.'],
  };
}
