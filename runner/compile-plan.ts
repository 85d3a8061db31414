import {
  type ConfigReading,
  cutDocument,
  type FolderRequest,
  gather,
  gatherFolder,
  gatherStored,
  isDeployConfigName,
  isError,
  leavesIn,
  makeFolderPlan,
  makePlan,
  type Plan,
  type PlanResult,
  type PlanShape,
  type Problem,
  restorePlan,
  type TargetId,
  unplacedProblem,
  unread,
  type World,
} from '../core/index.ts';
import { addressesOfConfig, addressesOfPlan, lookAtAddresses } from './address-looks.ts';
import { type CompilingParts, type ConfigShape, compileConfig, folderMissing } from './compile-config.ts';
import { databaseOf } from './config-database.ts';
import { isFolder, type ListedFolder, listFolder } from './migration-folder.ts';
import { deployScript, type Project } from './project.ts';
import { projectFacts } from './project-facts.ts';
import { ok, type Result, refuseProblems } from './result.ts';

/** What is to be planned. */
export interface CompileOptions {
  readonly project: Project;
  /** A plan document, a folder of migrations, the deploy config or `deploy.sh`; relative to the project, with `/`. */
  readonly file: string;
  readonly target: TargetId | undefined;
  readonly shape?: AnyShape | undefined;
  readonly world: Pick<World, CompilingParts> & ConfigReading;
}

/** How a plan is to be made; `recursive` follows the folders below. */
export type FolderShape = PlanShape & { readonly recursive?: boolean };

/** How a plan is to be made, whatever it is made from. */
export type AnyShape = FolderShape &
  ConfigShape & {
    /** The migrations of this database of the deploy config and nothing else, as a folder. */
    readonly database?: string | undefined;
  };

/** `modes`: how each script is applied, by its path. */
type Compiled = Result<{
  plan: Plan;
  findings: readonly Problem[];
  modes: Extract<PlanResult, { type: 'planned' }>['modes'];
}>;

/** A plan without a look at the target. Exit 7 with every problem where it cannot be made. */
export const compilePlan = (options: CompileOptions): Promise<Compiled> => compile(options, false);

/** As `compilePlan`, for what runs no script: whatever stands in the files and their names, it can be looked at and recorded. */
export const compileLook = (options: CompileOptions): Promise<Compiled> =>
  compile({ ...options, world: { ...options.world, syntax: unread(options.world.syntax) } }, true);

async function compile(options: CompileOptions, isLook: boolean): Promise<Compiled> {
  const { project, file, shape = {} } = options;
  if (shape.database !== undefined) return compileDatabase(shape.database, options, isLook);
  if (isFolder(project, file)) return compileFolder(options, isLook);
  if (!isConfigFile(file)) return compileDocument(options);
  const configFile = file === deployScript ? project.configFile : file;
  const made = await compileConfig({ ...options, project: { ...project, configFile }, shape });
  return made.type === 'error' ? made : planned(made.value);
}

/** True for what is planned by the deploy config, or where there is none by the project's `deploy.sh`. */
export const isConfigFile = (file: string): boolean =>
  isDeployConfigName(file.split('/').at(-1) ?? '') || file === deployScript;

/** A stored plan as the project gives it now. */
export async function compileStored(
  stored: Plan,
  options: Pick<CompileOptions, 'project' | 'world'>,
): Promise<Compiled> {
  const { project, world } = options;
  const { kind, file } = stored.source;
  if (kind === 'deploy_config' && (stored.purpose?.type ?? 'deploy') === 'deploy') {
    const checksHealth = stored.operations.some(({ type }) => type === 'health_check');
    const shape = { groups: stored.scope, checksHealth, ...leavesIn(stored.operations) };
    return compile({ project, world, file, target: stored.target.id, shape }, false);
  }
  const isDocument = kind === 'plan_document' && (stored.purpose?.type ?? 'deploy') === 'deploy';
  if (isDocument) {
    const shape = { to: stored.source.to, transaction: stored.transaction };
    return compileDocument({ ...options, file, target: stored.target.id, shape });
  }
  return compileKept(stored, options);
}

/** A plan with exactly the operations of another, of which nothing but what it names is read again. */
export async function compileKept(stored: Plan, options: Pick<CompileOptions, 'project' | 'world'>): Promise<Compiled> {
  const { project, world } = options;
  const addresses = await lookAtAddresses(addressesOfPlan(stored), { project, world, target: stored.target.id });
  if (addresses.type === 'error') return addresses;
  const request = { configFile: project.configFile, createdAt: world.clock.now(), addresses: addresses.value };
  return planned(restorePlan(stored, await gatherStored(stored, world, request), world));
}

async function compileDocument({ project, world, file, target, shape = {} }: CompileOptions): Promise<Compiled> {
  const lifted = [...(shape.outOfOrder ?? []), ...(shape.duplicates ?? [])];
  if (lifted.length > 0 || shape.recursive) return refuseProblems([onlyForFolders(file)]);
  const inputs = await gather(world, {
    file,
    configFile: project.configFile,
    target,
    facts: projectFacts(project.root, world),
    createdAt: world.clock.now(),
  });
  const cut =
    shape.to === undefined || !inputs.document
      ? { document: inputs.document, problems: [] }
      : cutDocument(inputs.document, shape.to);
  if (cut.problems.some(isError)) return refuseProblems([...inputs.problems, ...cut.problems]);
  const made = makePlan(
    { ...inputs, document: cut.document, ...(shape.transaction && { transaction: shape.transaction }) },
    world,
  );
  if (made.type === 'refused' || shape.to === undefined) return planned(made);
  return planned({ ...made, plan: { ...made.plan, source: { ...made.plan.source, to: shape.to } } });
}

/** The migrations of a database of the config, on its own connection. */
async function compileDatabase(name: string, options: CompileOptions, isLook: boolean): Promise<Compiled> {
  if (!isConfigFile(options.file)) return refuseProblems([onlyForConfigs(options.file)]);
  const found = await databaseOf(name, options);
  if (found.type === 'error') return found;
  const { folder, via } = found.value;
  if (!isFolder(options.project, folder)) return refuseProblems([folderMissing(name, folder)]);
  const variables = addressesOfConfig(found.value.config);
  const addresses = await lookAtAddresses(via ? variables : [], options);
  if (addresses.type === 'error') return addresses;
  return compileFolder({ ...options, file: folder }, isLook, { via, addresses: addresses.value });
}

async function compileFolder(
  { project, world, file, target, shape = {} }: CompileOptions,
  isLook: boolean,
  elsewhere: Pick<FolderRequest, 'via' | 'addresses'> = {},
): Promise<Compiled> {
  const listed = listedFolder(project, file, shape.recursive === true);
  if (listed.type === 'error') return listed;
  const request: FolderRequest = {
    folder: file === '' ? '.' : file,
    ...listed.value,
    configFile: project.configFile,
    target,
    ...elsewhere,
    shape,
    isLook,
    createdAt: world.clock.now(),
  };
  return planned(makeFolderPlan(await gatherFolder(world, request), world));
}

function listedFolder(project: Project, folder: string, recursive: boolean): Result<ListedFolder> {
  try {
    return ok(listFolder(project, folder, recursive));
  } catch (error) {
    const message = `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    return refuseProblems([{ ...unplacedProblem('FILE_UNREADABLE', message), file: folder }]);
  }
}

const planned = (made: PlanResult): Compiled =>
  made.type === 'refused'
    ? refuseProblems(made.problems)
    : ok({ plan: made.plan, findings: made.findings, modes: made.modes });

const onlyForFolders = (file: string): Problem =>
  unplacedProblem(
    'ONLY_FOR_FOLDERS',
    `${file} is a plan document, which names its files: versions used twice or out of order are warnings in it, and there are no folders to follow. Leave out --allow-out-of-order, --allow-duplicate and --recursive.`,
  );

const onlyForConfigs = (file: string): Problem =>
  unplacedProblem(
    'ONLY_FOR_CONFIGS',
    `--database names a database of the deploy config, and ${file} is none. Name one of the two.`,
  );
