import {
  checkConfigText,
  type DeployConfig,
  isError,
  type ReadFile,
  type TargetId,
  type TargetView,
  targetViews,
  unknownTargetProblem,
  unplacedProblem,
  type World,
} from '../core/index.ts';
import type { Project } from './project.ts';
import { ok, type Result, refuseProblems } from './result.ts';

/** The deploy config that a command makes where a project has none. */
export const usualConfigFile = 'deploy-config.json';

export interface ConfiguredTargets {
  /** Relative to the project; the usual one where there is no config. */
  readonly file: string;
  /** Undefined where there is no config. */
  readonly config: DeployConfig | undefined;
  readonly targets: readonly TargetView[];
}

/** The targets of the project's deploy config; none where it has no config. Exit 7 with every problem where the config is wrong. */
export async function configuredTargets({
  project,
  world,
}: {
  readonly project: Project;
  readonly world: Pick<World, 'files'>;
}): Promise<Result<ConfiguredTargets>> {
  const file = project.configFile ?? usualConfigFile;
  const text = textOf(file, await world.files.readText(file));
  if (text.type === 'error') return text;
  return text.value === undefined ? ok({ file, config: undefined, targets: [] }) : targetsIn(file, text.value);
}

/** The text of a config as it was found; undefined where there is none. */
export function textOf(file: string, found: ReadFile): Result<string | undefined> {
  if (found.type === 'found') return ok(found.text);
  if (found.type === 'missing') return ok(undefined);
  const why = {
    outside: `${file} leads out of the project. Put the file itself there.`,
    'not-a-file': `${file} is not a file.`,
    unreadable: found.type === 'unreadable' ? `${file} cannot be read: ${found.message}` : '',
  };
  return refuseProblems([{ ...unplacedProblem('FILE_UNREADABLE', why[found.type]), file }]);
}

export function targetsIn(file: string, text: string): Result<ConfiguredTargets> {
  const { config, problems } = checkConfigText(file, text);
  if (!config || problems.some(isError)) return refuseProblems(problems);
  return ok({ file, config, targets: targetViews(config, text) });
}

/** A target by its id; exit 7 with the known ones where there is none of it. */
export function targetNamed({ targets }: ConfiguredTargets, id: TargetId): Result<TargetView> {
  const target = targets.find((one) => one.id === id);
  const known = targets.map((one) => one.id);
  return target ? ok(target) : refuseProblems([unknownTargetProblem(id, known)]);
}
