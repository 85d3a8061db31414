import {
  catalogQuery,
  connectionOf,
  type DatabaseObjects,
  type DetectedMigration,
  detectMigrations,
  dialectOf,
  type LookedFor,
  migrationsOf,
  migrationVersion,
  mostObjects,
  objectsIn,
  type Plan,
  prepareScript,
  proposedBaseline,
  type ResolvedConnection,
  resolvePlanned,
  type ScriptRef,
  type SqlEffects,
  type TargetId,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { compileLook } from '../compile-plan.ts';
import { observePlan } from '../observed-plan.ts';
import { onTarget } from '../on-target.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';
import { redactorFor } from '../secrets-in-use.ts';
import type { PlanOptions } from './plan.ts';

/** Which migrations a database seems to have. Nothing of it is written down. */
export interface DetectedBaseline {
  readonly target: TargetId;
  readonly migrations: readonly DetectedMigration[];
  /** The version, or for a file without one its name, to give to `baseline --version`; undefined where there is nothing to propose. */
  readonly proposed: string | undefined;
  /** How many migrations the target has recorded already. */
  readonly recorded: number;
}

/** Looks for what each migration makes in the database of the target, in a session that can change nothing. */
export async function detectBaseline(options: PlanOptions, signal: AbortSignal): Promise<Result<DetectedBaseline>> {
  const compiled = await compileLook(options);
  if (compiled.type === 'error') return compiled;
  const { plan } = compiled.value;
  const { world } = options;
  const observed = await observePlan(plan, options, signal);
  if (observed.type === 'error') return observed;
  const here = await onTarget(plan, options);
  if (here.type === 'error') return here;
  const resolved = resolvePlanned(connectionOf(plan, soleConnection(plan)), here.value.world);
  if (resolved.type === 'missing') return refuseProblems(resolved.problems);
  const objects = await objectsOf(plan, resolved.connection, here.value.world, signal);
  if (objects.type === 'error') return objects;
  const migrations = detectMigrations(await lookedFor(plan, world), objects.value);
  return ok({
    target: plan.target.id,
    migrations,
    proposed: proposedBaseline(migrations)?.version,
    recorded: (observed.value.rowsOn(soleConnection(plan)) ?? []).filter(({ status }) => status !== 'rolled_back')
      .length,
  });
}

/** A folder's migrations, and those of a document, run in one database. */
const soleConnection = (plan: Plan): string | undefined => migrationsOf(plan)[0]?.connection;

async function objectsOf(
  plan: Plan,
  connection: ResolvedConnection,
  world: World,
  signal: AbortSignal,
): Promise<Result<DatabaseObjects>> {
  const query = catalogQuery(dialectOf(connection));
  if (query === undefined)
    return refuse(
      'NOT_DETECTABLE',
      `What a ${connection.backend} database holds cannot be read.`,
      exitCodes.invalidInput,
    );
  const { redact } = redactorFor(plan, world.variables);
  const unreadable = (message: string) =>
    refuse(
      'TARGET_UNREACHABLE',
      `The target "${plan.target.id}" could not be read: ${redact(message)}`,
      exitCodes.unknown,
    );
  const options = { mode: 'read-only', timeoutMs: 10_000, onNotice: () => {}, marker: 'detect' } as const;
  const connected = await world.databases.connect(connection, options, signal);
  if (connected.type === 'missing-file') return ok(new Set());
  if (connected.type !== 'connected') return unreadable(connected.message);
  try {
    const found = await connected.session.query(query, mostObjects, { timeoutMs: 60_000 }, signal);
    if (found.type === 'done') return ok(objectsIn(found.value));
    return unreadable(found.type === 'lost' ? found.message : found.error.message);
  } finally {
    await connected.session.close();
  }
}

async function lookedFor(plan: Plan, world: World): Promise<readonly LookedFor[]> {
  const dialect = dialectOf(connectionOf(plan, soleConnection(plan)));
  const effects = await world.effects.load(dialect);
  const migrations: LookedFor[] = [];
  for (const { script } of migrationsOf(plan)) {
    const version = migrationVersion(script.path);
    migrations.push({ file: script.path, version, effects: await effectsOf(script, plan, world, effects) });
  }
  return migrations;
}

async function effectsOf(script: ScriptRef, plan: Plan, { files, syntax }: World, effects: SqlEffects) {
  const dialect = dialectOf(connectionOf(plan, soleConnection(plan)));
  const texts = new Map<string, string>();
  for (const path of [script.path, ...(script.includes ?? []).map((one) => one.path)]) {
    const read = await files.readText(path);
    if (read.type === 'found') texts.set(path, read.text);
  }
  const prepared = prepareScript(
    { path: script.path, text: texts.get(script.path) ?? '', read: (path) => texts.get(path) },
    { dialect, settings: plan.migrations },
    syntax,
  );
  return prepared.statements.flatMap((statement) => effects.effectsOf(statement, dialect));
}
