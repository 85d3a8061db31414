import {
  type DeployConfig,
  isError,
  type MigrationPlace,
  nearestWord,
  ownConnection,
  type Problem,
  placeOfDatabase,
  type TargetId,
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

/** The database of the project's deploy config that has a name; the known ones are named where there is none. */
export async function databaseOf(
  name: string,
  { project, world, target }: Pick<ConfigOptions, 'project' | 'world'> & { readonly target: TargetId | undefined },
): Promise<Result<FoundDatabase>> {
  const { config, problems } = await readConfig(project, world);
  if (problems.some(isError)) return refuseProblems(problems);
  const database = config?.databases.find((one) => one.name === name);
  if (!config || !database) return refuseProblems([unknownDatabase(name, config)]);
  const via = placeOfDatabase(database, ownConnection(config, target));
  return ok({ config, folder: database.folder.value, via });
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
