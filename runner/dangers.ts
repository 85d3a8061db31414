import {
  type ConfigReading,
  checkConfigText,
  connectionOf,
  type DangerScript,
  type DeployConfig,
  dialectOf,
  documentDangers,
  documentDialect,
  includedPaths,
  isProduction,
  type MigrationState,
  migrationsOf,
  needsConfirmation,
  noRuleSettings,
  type OperationId,
  type Plan,
  type PlanDocument,
  type PlannedDanger,
  planDangers,
  type RuleSettings,
  rollsBack,
  scriptPaths,
  type World,
} from '../core/index.ts';
import { observePlan } from './observed-plan.ts';
import type { Project } from './project.ts';
import type { Result } from './result.ts';
import { ok } from './result.ts';
import type { RunStore } from './run-store.ts';

export interface DangerOptions {
  readonly project: Project;
  readonly world: Pick<World, 'effects' | 'files' | 'syntax'> & ConfigReading;
}

type Standings = ReadonlyMap<OperationId, { readonly state: MigrationState }>;

/** The dangers of the migrations that a run of the plan would run, as its target stands. Nothing is loaded where nothing would run. */
export const observedDangers = (
  plan: Plan,
  standings: Standings,
  options: DangerOptions,
): Promise<readonly PlannedDanger[]> =>
  dangersWhere(plan, (id) => standingFor(standings.get(id)?.state, plan), options);

/**
 * The dangers that a person must confirm before the plan may run: only production asks, and only where a script is dangerous at all the
 * target is read. A target that cannot be read is taken to have none of the migrations.
 */
export async function dangersToConfirm(
  plan: Plan,
  skipped: readonly string[],
  options: { readonly project: Project; readonly world: World; readonly store: RunStore },
  signal: AbortSignal,
): Promise<Result<readonly PlannedDanger[]>> {
  if (!isProduction(plan.target)) return ok([]);
  const left = (id: OperationId) => !skipped.includes(id);
  const atWorst = await dangersWhere(plan, (id) => (left(id) ? 'unknown' : 'applied'), options);
  if (!atWorst.some(needsConfirmation)) return ok([]);
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const { standings } = observed.value;
  return ok(
    await dangersWhere(plan, (id) => (left(id) ? standingFor(standings.get(id)?.state, plan) : 'applied'), options),
  );
}

/** Whether the script that the plan would run is still to be run: of what is rolled back, that is where it is applied. */
function standingFor(state: MigrationState | undefined, plan: Plan): DangerScript['standing'] {
  if (rollsBack(plan)) return state === 'rolled_back' || state === 'pending' ? 'applied' : 'unknown';
  if (state === 'applied') return 'applied';
  return state === undefined || state === 'unknown' ? 'unknown' : 'pending';
}

/** Those of each database by themselves: what one is given says nothing of another. */
async function dangersWhere(
  plan: Plan,
  standingOf: (operation: OperationId) => DangerScript['standing'],
  options: DangerOptions,
): Promise<readonly PlannedDanger[]> {
  const migrations = migrationsOf(plan);
  if (migrations.every(({ id }) => standingOf(id) === 'applied')) return [];
  const { world } = options;
  const [texts, settings] = await Promise.all([scriptTexts(plan, world.files), ruleSettings(options)]);
  const names = [...new Set(migrations.map(({ connection }) => connection))];
  const parts = await Promise.all(
    names.map(async (name) => {
      const dialect = dialectOf(connectionOf(plan, name));
      const effects = await world.effects.load(dialect);
      const operations = migrations.filter(({ connection }) => connection === name);
      return planDangers(
        { ...plan, operations, dialect },
        { syntax: world.syntax, effects, read: (path) => texts.get(path), settings, standingOf },
      );
    }),
  );
  return parts.length < 2 ? parts.flat() : inOrder(plan, parts.flat());
}

function inOrder({ operations }: Plan, dangers: readonly PlannedDanger[]): readonly PlannedDanger[] {
  const places = new Map(operations.map(({ id }, i) => [id, i]));
  const placeIn = ({ operation }: PlannedDanger) => places.get(operation) ?? 0;
  return [...dangers].sort((a, b) => placeIn(a) - placeIn(b));
}

/** So many at once: a system gives a process only so many open files. */
const atOnce = 64;

function scriptTexts(plan: Plan, files: World['files']): Promise<ReadonlyMap<string, string>> {
  const paths = migrationsOf(plan).flatMap(({ script, rollback, action }) => {
    const own = action === 'roll_back' && typeof rollback === 'object' ? rollback : script;
    return [own.path, ...(own.includes ?? []).map(({ path }) => path)];
  });
  return textsOf([...new Set(paths)], files);
}

async function textsOf(paths: readonly string[], files: World['files']): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce);
    const read = await Promise.all(some.map((path) => files.readText(path)));
    read.forEach((one, i) => {
      // One that has gone since is told by the plan, which is checked against the files once more.
      if (one.type === 'found') texts.set(some[i] as string, one.text);
    });
  }
  return texts;
}

const ruleSettings = async (options: DangerOptions): Promise<RuleSettings> =>
  (await configOf(options))?.rules ?? noRuleSettings;

/** The deploy config; one with errors is told by the plan. */
async function configOf({ project, world }: DangerOptions): Promise<DeployConfig | undefined> {
  if (project.configFile === undefined) return undefined;
  const read = await world.files.readText(project.configFile);
  if (read.type !== 'found') return undefined;
  return (world.checkConfig ?? checkConfigText)(project.configFile, read.text).config;
}

/** The dangers of a plan document without a look at its target. */
export async function dangersOfDocument(
  document: PlanDocument,
  options: DangerOptions,
): Promise<readonly PlannedDanger[]> {
  const { files, syntax, effects } = options.world;
  const config = await configOf(options);
  const dialect = documentDialect(document, config);
  const texts = new Map(await textsOf(scriptPaths(document), files));
  if (!dialect || texts.size === 0) return [];
  const read = (path: string) => texts.get(path);
  const included = [...texts].flatMap(([path, text]) => includedPaths({ path, text }, dialect, syntax, read));
  for (const [path, text] of await textsOf([...new Set(included)], files)) texts.set(path, text);
  return documentDangers(document, { config, syntax, effects: await effects.load(dialect), read });
}
