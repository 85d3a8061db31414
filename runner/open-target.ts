import { createTargetStore, type StoredValues, type TargetStore } from '../adapters/index.ts';
import {
  checkConfigText,
  checkPlanText,
  type DeployConfig,
  isError,
  selectTargets,
  type TargetId,
  type TargetLayers,
  unplacedProblem,
  type World,
} from '../core/index.ts';
import type { Project } from './project.ts';
import { projectFacts } from './project-facts.ts';
import { readEnvFile } from './read-env-file.ts';
import { ok, type Result, refuseProblems } from './result.ts';
import { refuseStore } from './store-refusal.ts';
import { planDocumentsOf } from './verbs/validate.ts';

export interface TargetOptions {
  readonly project: Project;
  readonly world: Pick<World, 'files' | 'processes' | 'variables'>;
  readonly target: TargetId;
}

/** A target that the project knows, and the store of its values. */
export interface OpenedTarget {
  /** Undefined where the project has none. */
  readonly config: DeployConfig | undefined;
  readonly store: TargetStore;
}

/** Refused where the config cannot be read, and for a target that neither it nor a plan document has: the known ones are named. */
export async function openTarget({ project, world, target }: TargetOptions): Promise<Result<OpenedTarget>> {
  const config = await readConfig(project, world);
  if (config.type === 'error') return config;
  const configured = [...(config.value?.targets.keys() ?? [])];
  if (!configured.includes(target)) {
    const known = [...new Set([...configured, ...(await targetsOfDocuments(project, world))])];
    const { problems } = selectTargets([target], known);
    if (problems.length > 0) return refuseProblems(problems);
  }
  const store = createTargetStore({ project: project.root, target, ...world });
  return ok({ config: config.value, store });
}

async function readConfig(
  { configFile }: Project,
  { files }: Pick<World, 'files'>,
): Promise<Result<DeployConfig | undefined>> {
  if (configFile === undefined) return ok(undefined);
  const read = await files.readText(configFile);
  if (read.type !== 'found')
    return refuseProblems([unplacedProblem('FILE_UNREADABLE', `${configFile} cannot be read.`)]);
  const { config, problems } = checkConfigText(configFile, read.text);
  return problems.some(isError) ? refuseProblems(problems) : ok(config);
}

async function targetsOfDocuments(project: Project, { files }: Pick<World, 'files'>): Promise<readonly string[]> {
  const facts = projectFacts(project.root);
  const found = planDocumentsOf(project).map(async (file) => {
    const read = await files.readText(file);
    const id = read.type === 'found' ? checkPlanText(file, read.text, facts).document?.targetEnv.id.value : undefined;
    return id ? [id] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Everything that is known of a target's variables, and of the config that they are for. */
export interface TargetKnowledge {
  readonly config: DeployConfig | undefined;
  readonly layers: TargetLayers;
}

/** Reads the layers of a target: what is stored, `.env.<target>`, the config. Refused where one of them cannot be read whole. */
export async function readTarget(options: TargetOptions): Promise<Result<TargetKnowledge>> {
  const opened = await openTarget(options);
  if (opened.type === 'error') return opened;
  const { config, store } = opened.value;
  const envFile = await readEnvFile(options);
  if (envFile.type === 'error') return envFile;
  const stored = await store.read();
  if (stored.type !== 'read') return refuseStore(stored);
  return ok({ config, layers: layersOf(options.target, config, stored.values, envFile.value) });
}

const layersOf = (
  target: TargetId,
  config: DeployConfig | undefined,
  { variables, secrets }: StoredValues,
  envFile: ReadonlyMap<string, string>,
): TargetLayers => ({
  target,
  secrets,
  stored: variables,
  envFile,
  configured: new Map(Object.entries(config?.targets.get(target)?.value.environment ?? {})),
  declared: config?.environment ?? new Map(),
});
