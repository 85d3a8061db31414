import { isDeepStrictEqual } from 'node:util';
import {
  type AppliedMigration,
  dialectOf,
  type Knowledge,
  type LocalKnowledge,
  type ManualMigrations,
  migrationsOf,
  type Observation,
  observeTarget,
  type Plan,
  type PlannedConnection,
  type Problem,
  type ReadFile,
  type Redactor,
  type ResolvedConnection,
  readStoredSql,
  resolvePlan,
  resolvePlanned,
  standingsOf,
  type World,
} from '../core/index.ts';
import { commandStandings } from './command-standings.ts';
import { failedLocally, isGone } from './local-knowledge.ts';
import { onTarget } from './on-target.ts';
import type { Project } from './project.ts';
import { ok, type Result, refuseProblems } from './result.ts';
import type { RunStore } from './run-store.ts';
import { redactorFor } from './secrets-in-use.ts';

/** A plan beside what its databases say. */
export interface ObservedPlan extends Knowledge {
  /** Of the target's own connection. */
  readonly observation: Observation;
  /** Of the connections beside it, by their names. */
  readonly others: ReadonlyMap<string, Observation>;
  /** The rows of databases whose migrations the plan leaves to people, by the database; undefined where they could not be read. */
  readonly manualRows: ReadonlyMap<string, readonly AppliedMigration[] | undefined>;
  readonly standings: ReturnType<typeof standingsOf>;
  /** What the project's own history says against migrations that commands apply. */
  readonly commandProblems: readonly Problem[];
  readonly redactor: Redactor;
  /** Variables that its operations need and nothing gives. */
  readonly missing: readonly Problem[];
}

export interface ObserveOptions {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly seen?: SeenTarget | undefined;
}

/** What a target has said a moment ago, to this very process: the same plan need not ask it again. */
export interface SeenTarget {
  readonly connection: ResolvedConnection;
  /** Whose history it was asked for. */
  readonly project: string;
  readonly observation: Observation;
  /** Files of the project that were read meanwhile, by path. */
  readonly texts: ReadonlyMap<string, ReadFile>;
}

/** Looks at the databases of a plan and changes nothing. Exit 7 where a value of the target's own connection is missing. */
export async function observePlan(
  plan: Plan,
  { project, world: plain, store, seen }: ObserveOptions,
  signal: AbortSignal,
): Promise<Result<ObservedPlan>> {
  const here = await onTarget(plan, { project, world: plain });
  if (here.type === 'error') return here;
  const { world, secrets, missing } = here.value;
  const resolved = resolvePlan({ ...plan, connections: {} }, world);
  if (resolved.type === 'missing') return refuseProblems([...resolved.problems, ...missing]);
  const look = ([, connection]: readonly [string, PlannedConnection]) => observeOther(plan, connection, world, signal);
  const isSeen = seen?.project === plan.project && isDeepStrictEqual(seen.connection, resolved.connection);
  const [observation, others, manual] = await Promise.all([
    isSeen ? seen.observation : observeTarget(plan, resolved.connection, world.databases, signal),
    allOf(Object.entries(plan.connections ?? {}), look),
    allOf(manualConnections(plan), look),
  ]);
  const rowsOn: ObservedPlan['rowsOn'] = (name) => rowsIn(name === undefined ? observation : others.get(name));
  const knowledge = await knowledgeOf(plan, rowsOn, { project, store, world });
  const commands = await commandStandings(plan, { project, world });
  const standings = new Map([...standingsOf(plan, knowledge), ...commands.standings]);
  return ok({
    ...knowledge,
    observation,
    others,
    manualRows: new Map((plan.manual ?? []).map((one) => [one.database, manualRowsOf(one, manual, rowsOn)])),
    standings,
    commandProblems: commands.problems,
    redactor: redactorFor(plan, world.variables, secrets),
    missing,
  });
}

const rowsIn = (observation: Observation | undefined): readonly AppliedMigration[] | undefined =>
  observation?.type === 'reached' ? observation.rows : undefined;

async function allOf<T>(
  entries: readonly (readonly [string, T])[],
  look: (entry: readonly [string, T]) => Promise<Observation>,
): Promise<ReadonlyMap<string, Observation>> {
  return new Map(await Promise.all(entries.map(async (entry) => [entry[0], await look(entry)] as const)));
}

const manualConnections = ({ manual = [] }: Plan): readonly (readonly [string, PlannedConnection])[] =>
  manual.flatMap(({ database, connection }) => (connection ? [[database, connection] as const] : []));

const manualRowsOf = (
  { database, connection, isUnknown }: ManualMigrations,
  manual: ReadonlyMap<string, Observation>,
  rowsOn: ObservedPlan['rowsOn'],
): ReturnType<ObservedPlan['rowsOn']> =>
  isUnknown ? undefined : connection ? rowsIn(manual.get(database)) : rowsOn(undefined);

/** One that cannot be reached, or has no value yet, keeps nobody from looking at the others. */
async function observeOther(
  plan: Plan,
  connection: PlannedConnection,
  world: World,
  signal: AbortSignal,
): Promise<Observation> {
  const resolved = resolvePlanned(connection, world);
  if (resolved.type === 'resolved') return observeTarget(plan, resolved.connection, world.databases, signal);
  return { type: 'unreached', message: resolved.problems.map(({ message }) => message).join(' ') };
}

/** What is known of each database, also outside of it. */
async function knowledgeOf(
  plan: Plan,
  rowsOn: Knowledge['rowsOn'],
  { project, store, world }: { readonly project: Project; readonly store: RunStore; readonly world: World },
): Promise<Knowledge> {
  const names = new Set([undefined, ...migrationsOf(plan).map(({ connection }) => connection)]);
  const locals = new Map<string | undefined, LocalKnowledge>();
  for (const name of names) {
    const connection = name === undefined ? plan.connection : plan.connections?.[name];
    const dialect = connection && dialectOf(connection);
    const operations = migrationsOf(plan).filter((one) => one.connection === name);
    locals.set(name, {
      isGone: isGone(project),
      failed: hasNewScript({ operations }, rowsOn(name))
        ? await failedLocally(store, { ...plan, operations })
        : new Set(),
      ...(dialect && {
        statementsIn: ({ sql }) => world.syntax.split(readStoredSql(sql).text, dialect).statements.length,
      }),
    });
  }
  return { rowsOn, localOn: (name) => locals.get(name) ?? { isGone: isGone(project), failed: new Set() } };
}

/** Only of a script that the target does not know is it worth asking the journals whether it failed when it was last tried. */
function hasNewScript(plan: Pick<Plan, 'operations'>, rows: readonly AppliedMigration[] = []): boolean {
  const known = new Set(rows.map(({ path }) => path));
  return migrationsOf(plan).some(({ script }) => !known.has(script.path));
}
