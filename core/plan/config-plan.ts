import { commandText } from '../model/command-line.ts';
import type { ConfigDatabase, ConfigGroup } from '../model/deploy-group.ts';
import { operationId } from '../model/ids.ts';
import type { Operation } from '../model/operation.ts';
import type { ManualMigrations, Plan } from '../model/plan.ts';
import { isError, type Problem, unplacedProblem } from '../model/problem.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { ReadFile } from '../ports/project-files.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { scriptChecksum } from './checksums.ts';
import { configDocument, type LinkedConfig } from './config-document.ts';
import { configLeaves } from './config-leaves.ts';
import type { ConfigRequest } from './config-request.ts';
import { type GatherWorld, gatherFor, type PlanInputs } from './gather.ts';
import { healthCheckOperation } from './health-operation.ts';
import { withLeave } from './leaves.ts';
import { draftPlan, type PlanResult, signed } from './make-plan.ts';
import { migrationFiles } from './migration-files.ts';
import { ownConnection, placeOfDatabase } from './migration-place.ts';
import { plannedConnection } from './planned-connections.ts';
import { plannedEnvironment } from './planned-environment.ts';
import { selectGroups } from './select-groups.ts';

export interface ConfigInputs {
  readonly request: ConfigRequest;
  readonly linked: LinkedConfig;
  readonly inputs: PlanInputs;
  /** The migrations that commands apply, by path. */
  readonly applied: ReadonlyMap<string, ReadFile>;
}

async function readApplied(
  { more }: LinkedConfig,
  { files }: Pick<GatherWorld, 'files'>,
): Promise<ReadonlyMap<string, ReadFile>> {
  const paths = [...more.values()].flatMap(({ applies }) => applies ?? []);
  return new Map(await Promise.all(paths.map(async (path) => [path, await files.readText(path)] as const)));
}

/** Reads what the plan of a config is made from; changes nothing and asks no database. */
export async function gatherConfig(world: GatherWorld, request: ConfigRequest): Promise<ConfigInputs> {
  const chosen = selectGroups(request.config?.groups ?? [], request.scope);
  const linked = configDocument(request, chosen);
  const inputs = await gatherFor({ document: linked.document, problems: linked.problems }, world, request);
  return { request, linked, inputs, applied: await readApplied(linked, world) };
}

/**
 * Compiles a config to the plan for one target, or says everything that keeps it from being one. Deterministic and pure; nothing of what is
 * pending takes part. Spec: planning engine, "Planner"; rulings, "Order", "Digest and base".
 */
export function makeConfigPlan(
  { request, linked, inputs, applied }: ConfigInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): PlanResult {
  const allowed = configLeaves(linked.document, request.lifted);
  const before = [
    ...inputs.problems,
    ...targetProblems(request),
    ...emptyProblems(request, linked),
    ...infraWarning(request, linked),
    ...unreadable(applied),
    ...allowed.problems,
  ];
  if (before.some(isError)) return { type: 'refused', problems: before };
  const made = draftPlan({ ...inputs, problems: before, tellsScripts: true }, world);
  if (made.type === 'refused') return made;
  const plan: Omit<Plan, 'digest'> = {
    ...made.plan,
    source: { ...made.plan.source, kind: 'deploy_config' },
    scope: linked.scope,
    operations: [
      ...made.plan.operations.map((one) => withLeave(withMore(one, linked, applied, world.hasher), allowed)),
      ...healthCheck(request, linked),
    ],
    ...some('manual', manualOf(request)),
    ...some('environment', plannedEnvironment(request.config, request.target)),
    ...some('continuesAfter', continuing(linked.groups)),
    ...some('idle', linked.idle),
  };
  return { ...made, plan: signed(plan, world.hasher) };
}

/** A key only where it holds something. */
const some = <Key extends string, Value extends object>(key: Key, value: Value): { [K in Key]?: Value } =>
  (Object.keys(value).length > 0 ? { [key]: value } : {}) as { [K in Key]?: Value };

function withMore(
  operation: Operation,
  { more }: LinkedConfig,
  applied: ConfigInputs['applied'],
  hasher: Hasher,
): Operation {
  const { applies, ...found } = more.get(operation.id) ?? {};
  const read = applies === undefined ? undefined : applied.get(applies);
  if (applies === undefined || read?.type !== 'found') return { ...operation, ...found } as Operation;
  // What a command makes of it is not known: every change is one.
  const checksum = scriptChecksum(read.text, [], hasher);
  return { ...operation, ...found, applies: { path: applies, checksum, tokenChecksum: checksum } } as Operation;
}

const unreadable = (applied: ConfigInputs['applied']): readonly Problem[] =>
  [...applied].flatMap(([path, { type }]) =>
    type === 'found' ? [] : [unplacedProblem('SCRIPT_UNREADABLE', `${path} cannot be read (${type}).`)],
  );

function targetProblems({ config, target }: ConfigRequest): readonly Problem[] {
  const known = [...(config?.targets.keys() ?? [])];
  const next =
    known.length > 0
      ? `Known targets: ${known.join(', ')}.`
      : 'There are none yet; add one with: srdeploy target add ID';
  if (target === undefined) return [unplacedProblem('TARGET_MISSING', `Say where to deploy to with --target. ${next}`)];
  if (!config || config.targets.has(target)) return [];
  return [unplacedProblem('UNKNOWN_TARGET', `There is no target "${target}". ${next}`)];
}

function emptyProblems({ config, hasScript }: ConfigRequest, { document, idle }: LinkedConfig): readonly Problem[] {
  if (document.steps.length > 0 || idle.length > 0 || hasScript || (config?.groups.length ?? 0) > 0) return [];
  if ((config?.databases.length ?? 0) > 0 || config?.healthCheck) return [];
  const message = 'Nothing to deploy: there are no groups, and no deploy.sh in the project. Begin with: srdeploy init';
  return [unplacedProblem('NOTHING_TO_DEPLOY', message)];
}

/** Nothing of a config is left out silently. Spec: rulings, "Order". */
function infraWarning({ config }: ConfigRequest, { scope }: LinkedConfig): readonly Problem[] {
  if (!config?.hasInfra || scope.length > 0) return [];
  const message =
    '"infra" is checked and not acted on: provision it before you run, nothing of it is provisioned here.';
  return [{ ...unplacedProblem('INFRA_NOT_RUN', message, 'warning'), file: config.file }];
}

function healthCheck({ config, target, checksHealth }: ConfigRequest, linked: LinkedConfig): readonly Operation[] {
  const own = target === undefined ? undefined : config?.targets.get(target)?.value.healthCheck;
  const check = own ?? config?.healthCheck;
  if (!check || !checksHealth) return [];
  return [healthCheckOperation(check, linked.ends.map(operationId))];
}

const manualOf = (request: ConfigRequest): readonly ManualMigrations[] =>
  (request.config?.databases ?? []).filter(({ strategy }) => strategy === 'manual').map((one) => manual(one, request));

function manual(database: ConfigDatabase, { config, folders, target, addresses }: ConfigRequest): ManualMigrations {
  const { name, folder } = database;
  const via = placeOfDatabase(database, ownConnection(config, target));
  const found = via && plannedConnection(via.connection, config, addresses);
  return {
    database: name,
    folder: folder.value,
    files: migrationFiles(folders.get(name) ?? []).files.map(({ path }) => path),
    command: commandText({
      type: 'argv',
      argv: ['srdeploy', 'migration', 'apply', '--database', name, '--target', target ?? ''],
    }),
    ...(found?.type === 'found' && { connection: found.connection }),
    ...(found?.type === 'refused' && { isUnknown: true as const }),
  };
}

const continuing = (groups: readonly ConfigGroup[]): readonly string[] =>
  groups.filter(({ continueOnFailure }) => continueOnFailure).map(({ name }) => name.value);
