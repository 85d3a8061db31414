import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { matchFiles } from '../adapters/index.ts';
import {
  type ConfigGroup,
  type ConfigReading,
  type ConfigRequest,
  checkConfigText,
  type DeployConfig,
  type GroupScope,
  gatherConfig,
  globOf,
  isCaptured,
  isError,
  type Lifted,
  type MatchedFile,
  makeConfigPlan,
  namesItsFiles,
  type PlanResult,
  type Problem,
  selectGroups,
  type TargetId,
  unplacedProblem,
  type World,
} from '../core/index.ts';
import { addressesOfConfig, lookAtAddresses } from './address-looks.ts';
import { listFolder } from './migration-folder.ts';
import { deployScript, type Project } from './project.ts';
import { ok, type Result, refuseProblems } from './result.ts';

/** What of a deploy config is to be planned; absent: all of it, with its health check. */
export interface ConfigShape extends Lifted {
  readonly groups?: readonly string[];
  readonly skipGroups?: readonly string[];
  readonly checksHealth?: boolean;
}

export interface ConfigOptions {
  readonly project: Project;
  readonly target: TargetId | undefined;
  readonly shape: ConfigShape;
  readonly world: Pick<World, CompilingParts> & ConfigReading;
}

/** What of the world plans are made with. */
export type CompilingParts = 'files' | 'leases' | 'clock' | 'hasher' | 'processes' | 'syntax' | 'variables';

/** The plan of a project's deploy config for one target; of a project without one, that of its `deploy.sh`. */
export async function compileConfig({ project, target, shape, world }: ConfigOptions): Promise<Result<PlanResult>> {
  const checked = await readConfig(project, world);
  if (checked.problems.some(isError)) return refuseProblems(checked.problems);
  const scope: GroupScope = { only: shape.groups ?? [], skip: shape.skipGroups ?? [] };
  const { config } = checked;
  const isKnown = target !== undefined && config?.targets.has(target) === true;
  const addresses = await lookAtAddresses(isKnown ? addressesOfConfig(config) : [], { project, world, target });
  if (addresses.type === 'error') return addresses;
  const chosen = selectGroups(config?.groups ?? [], scope);
  const matched = await filesOfGroups(chosen.groups, project);
  const request: ConfigRequest = {
    config,
    configFile: project.configFile,
    files: matched.files,
    folders: new Map((config?.databases ?? []).map(({ name, folder }) => [name, pathsIn(project, folder.value)])),
    addresses: addresses.value,
    hasScript: existsSync(join(project.root, deployScript)),
    target,
    scope,
    checksHealth: shape.checksHealth ?? true,
    createdAt: world.clock.now(),
    lifted: shape,
  };
  const made = makeConfigPlan(await gatherConfig(world, request), world);
  const found = [...matched.problems, ...missingFolders(config, project)];
  if (made.type === 'refused') return refuseProblems([...made.problems, ...found]);
  if (found.some(isError)) return refuseProblems([...made.findings, ...found]);
  return ok({ ...made, findings: [...made.findings, ...found] });
}

/** The deploy config of a project and what is wrong with it. */
export async function readConfig(
  { configFile }: Project,
  world: Pick<World, 'files'> & ConfigReading,
): Promise<{ readonly config: DeployConfig | undefined; readonly problems: readonly Problem[] }> {
  if (configFile === undefined) return { config: undefined, problems: [] };
  const read = await world.files.readText(configFile);
  if (read.type === 'found') return (world.checkConfig ?? checkConfigText)(configFile, read.text);
  const problem = unplacedProblem('FILE_UNREADABLE', `${configFile} cannot be read (${read.type}).`);
  return { config: undefined, problems: [{ ...problem, file: configFile }] };
}

/** The files of each group, each once, in the order of its patterns and then of their names; and patterns that match none. */
export async function filesOfGroups(
  groups: readonly ConfigGroup[],
  project: Pick<Project, 'root' | 'configFile'>,
): Promise<{
  readonly files: ReadonlyMap<string, readonly MatchedFile[]>;
  readonly problems: readonly Problem[];
}> {
  const patterns = [...new Set(groups.flatMap((group) => group.patterns.map(({ value }) => value)))];
  const matches = await matchFiles(project.root, patterns.map(globOf));
  const byPattern = new Map(patterns.map((pattern, i) => [pattern, matches[i] ?? []]));
  const problems: Problem[] = [];
  const files = new Map(
    groups.map((group) => {
      const own = new Map<string, MatchedFile>();
      for (const { value: pattern, range } of group.patterns) {
        const all = byPattern.get(pattern) ?? [];
        const paths = namesItsFiles(group) ? all.filter((path) => isCaptured(path, pattern)) : all;
        if (paths.length === 0) problems.push({ ...unmatched(group, pattern), file: project.configFile, range });
        for (const path of paths) if (!own.has(path)) own.set(path, { path, pattern });
      }
      return [group.name.value, [...own.values()]] as const;
    }),
  );
  return { files, problems };
}

/** A pattern without a wildcard names one file, which is then missing. */
function unmatched({ name }: ConfigGroup, pattern: string): Problem {
  if (!/[*?[\]{}()!+@]/.test(pattern))
    return unplacedProblem('C003', `The file "${pattern}" of the group "${name.value}" does not exist.`);
  return unplacedProblem(
    'C003',
    `No file matches "${pattern}" of the group "${name.value}". Mend the pattern, or remove it.`,
    'warning',
  );
}

/** What a folder that is not there holds is nothing; that it is missing is told below. */
const pathsIn = (project: Project, folder: string): readonly string[] =>
  existsSync(join(project.root, folder)) ? listFolder(project, folder, false).paths : [];

/** Where the migrations of a database are to be, and nothing is. */
export const folderMissing = (name: string, folder: string): Problem =>
  unplacedProblem(
    'FOLDER_MISSING',
    `The folder "${folder}" with the migrations of the database "${name}" does not exist.`,
  );

const missingFolders = (config: DeployConfig | undefined, project: Project): readonly Problem[] =>
  (config?.databases ?? []).flatMap(({ name, folder }) => {
    if (existsSync(join(project.root, folder.value))) return [];
    return [{ ...folderMissing(name, folder.value), file: project.configFile, range: folder.range }];
  });
