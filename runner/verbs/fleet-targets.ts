import { checkConfigText, checkPlanText, isError, selectTargets, type TargetId, type World } from '../../core/index.ts';
import { isFolder } from '../migration-folder.ts';
import type { Project } from '../project.ts';
import { projectFacts } from '../project-facts.ts';
import { ok, type Result, refuseProblems } from '../result.ts';

export interface FleetTargets {
  readonly project: Project;
  readonly world: Pick<World, 'files'>;
  /** A plan document, whose own target may be named although the config has none of that id, or a folder. */
  readonly file: string;
  /** Ids and patterns, as `--targets` and `--targets-file` give them. */
  readonly words: readonly string[];
}

/** The targets that words name, each once, in their order. Exit 7 with everything that is wrong. */
export async function fleetTargets({
  project,
  world,
  file,
  words,
}: FleetTargets): Promise<Result<readonly TargetId[]>> {
  const configText = project.configFile === undefined ? undefined : await world.files.readText(project.configFile);
  const checked =
    configText?.type === 'found' ? checkConfigText(project.configFile as string, configText.text) : undefined;
  if (checked && !checked.config) return refuseProblems(checked.problems);
  const known = [...(checked?.config?.targets.keys() ?? []), ...(await ownTarget(project, world, file))];
  const { targets, problems } = selectTargets(words, [...new Set(known)]);
  return problems.some(isError) ? refuseProblems(problems) : ok(targets);
}

/** What is wrong with the document planning says. */
async function ownTarget(project: Project, { files }: Pick<World, 'files'>, file: string): Promise<readonly string[]> {
  if (isFolder(project, file)) return [];
  const read = await files.readText(file);
  const id =
    read.type === 'found' && checkPlanText(file, read.text, projectFacts(project.root)).document?.targetEnv.id.value;
  return id ? [id] : [];
}
