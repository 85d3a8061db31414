import { type ConfigDatabase, checkConfigText, isError, type TargetId, type World } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import type { Project } from './project.ts';
import { ok, type Result, refuse } from './result.ts';

/** What is asked: the folder of migrations of one database of the deploy config. */
export interface FolderQuestion {
  readonly project: Project;
  readonly world: Pick<World, 'files'>;
  /** Undefined: the one that the target has, or the only one there is. */
  readonly database: string | undefined;
  readonly target: TargetId | undefined;
}

/** The folder, relative to the project; refused with what the config has instead. */
export async function migrationsFolder({ project, world, database, target }: FolderQuestion): Promise<Result<string>> {
  const file = project.configFile;
  const read = file === undefined ? undefined : await world.files.readText(file);
  if (file === undefined || read?.type !== 'found')
    return refused('CONFIG_MISSING', 'The project has no deploy config that could name a folder. Name the folder.');
  const { config, problems } = checkConfigText(file, read.text);
  if (!config || problems.some(isError))
    return refused('CONFIG_INVALID', `${file} has errors. See them with srdeploy validate ${file}.`);
  const asked = target === undefined ? undefined : config.targets.get(target)?.value;
  if (target !== undefined && !asked)
    return refused('UNKNOWN_TARGET', `There is no target "${target}". Known: ${named([...config.targets.keys()])}.`);
  const { databases } = config;
  const ofTarget = databases.filter(({ connectionRef }) => connectionRef?.value === asked?.connectionRef);
  const matching =
    database === undefined
      ? asked && ofTarget.length > 0
        ? ofTarget
        : databases
      : databases.filter(({ name }) => name === database);
  const [only, ...others] = matching;
  if (only && others.length === 0) return ok(only.folder.value);
  return refused('UNKNOWN_DATABASE', whyNotOne(databases, database));
}

function whyNotOne(databases: readonly ConfigDatabase[], database: string | undefined): string {
  if (databases.length === 0) return 'The deploy config has no databases. Name the folder of migrations.';
  const known = named(databases.map(({ name }) => name));
  return database === undefined
    ? `The deploy config has several databases. Name one with --database: ${known}.`
    : `There is no database "${database}". Known: ${known}.`;
}

const named = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
const refused = (code: string, message: string): Result<never> => refuse(code, message, exitCodes.invalidInput);
