import {
  type ConfigDatabase,
  type DeployConfig,
  isError,
  type MigrationPlace,
  nearestWord,
  ownConnection,
  type Problem,
  placeOfDatabase,
  type TargetId,
  unknownTargetProblem,
  unplacedProblem,
} from '../core/index.ts';
import { type ConfigOptions, readConfig } from './compile-config.ts';
import { ok, type Result, refuseProblems } from './result.ts';

/** A database of a deploy config as one of its targets has it. */
export interface FoundDatabase {
  readonly config: DeployConfig;
  /** Of its migrations, relative to the project. */
  readonly folder: string;
  /** Undefined where it is the target's own. */
  readonly via: MigrationPlace | undefined;
}

type Asked = Pick<ConfigOptions, 'project' | 'world'> & { readonly target: TargetId | undefined };

/** The database of the project's deploy config that has a name; the known ones are named where there is none. */
export async function databaseOf(name: string, { project, world, target }: Asked): Promise<Result<FoundDatabase>> {
  const { config, problems } = await readConfig(project, world);
  if (problems.some(isError)) return refuseProblems(problems);
  const database = config?.databases.find((one) => one.name === name);
  if (!config || !database) return refuseProblems([unknownDatabase(name, config)]);
  const via = placeOfDatabase(database, ownConnection(config, target));
  return ok({ config, folder: database.folder.value, via });
}

/** The folder of a database's migrations, relative to the project; without a name of the target's own database, or of the only one there is. */
export async function migrationsFolder(name: string | undefined, asked: Asked): Promise<Result<string>> {
  const { project, world, target } = asked;
  const { config, problems } = await readConfig(project, world);
  if (problems.some(isError)) return refuseProblems(problems);
  const targets = [...(config?.targets.keys() ?? [])];
  if (target !== undefined && !targets.includes(target)) return refuseProblems([unknownTargetProblem(target, targets)]);
  const all = config?.databases ?? [];
  const chosen =
    name ?? nameOfOnly(all.filter((one) => !placeOfDatabase(one, ownConnection(config, target)))) ?? nameOfOnly(all);
  if (chosen === undefined) return refuseProblems([whichDatabase(config)]);
  const found = await databaseOf(chosen, asked);
  return found.type === 'error' ? found : ok(found.value.folder);
}

const nameOfOnly = (databases: readonly ConfigDatabase[]): string | undefined =>
  databases.length === 1 ? databases[0]?.name : undefined;

function whichDatabase(config: DeployConfig | undefined): Problem {
  const known = (config?.databases ?? []).map(({ name }) => name);
  const next =
    known.length === 0
      ? 'The deploy config has no "databases"; name a folder of migrations.'
      : `The deploy config has several. Name one with --database: ${known.join(', ')}.`;
  return unplacedProblem('UNKNOWN_DATABASE', `Which database is meant is not said. ${next}`);
}

function unknownDatabase(name: string, config: DeployConfig | undefined): Problem {
  const known = (config?.databases ?? []).map((one) => one.name);
  const near = nearestWord(name, known);
  const next =
    near !== undefined
      ? `Did you mean "${near}"?`
      : known.length > 0
        ? `Known: ${known.join(', ')}.`
        : 'The deploy config has no "databases" yet; add one, or name a folder of migrations instead.';
  return unplacedProblem('UNKNOWN_DATABASE', `There is no database "${name}". ${next}`);
}
