import { dialectOf, type PlannedConnection } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetId } from '../model/ids.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { LeaseStore } from '../ports/leases.ts';
import type { ProjectFiles, ReadFile } from '../ports/project-files.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { checkConfigText, checkPlanText } from '../rules/check-text.ts';
import type { Facts } from '../rules/facts.ts';
import { type AddressLooks, connectionsOfDocument } from './planned-connections.ts';
import { resolveTarget } from './resolve-target.ts';
import { includedPath, includesIn } from './script-files.ts';
import { type ScriptUse, scriptUses, useKey } from './script-uses.ts';

/** What is to be planned. Paths are relative to the project, with `/`. */
export interface PlanRequest {
  readonly file: string;
  readonly configFile: string | undefined;
  readonly target: TargetId | undefined;
  readonly facts: Facts;
  readonly createdAt: Date;
}

/** Everything that a plan is made from. `document` is undefined where it is too wrong to plan; `problems` says why. */
export interface PlanInputs {
  readonly document: PlanDocument | undefined;
  readonly config: DeployConfig | undefined;
  readonly target: TargetId | undefined;
  /** The scripts that the document names, and the files that they read, by path. */
  readonly scripts: ReadonlyMap<string, ReadFile>;
  readonly problems: readonly Problem[];
  readonly createdAt: Date;
  /** The target's lock epoch now. */
  readonly lockEpoch: number;
  /** `all`: pending migrations that stand next to one another share one transaction. Absent: one each. */
  readonly transaction?: 'each' | 'all';
  /** True where scripts that cannot be run refuse nothing yet: they may be applied already, which only the target knows. */
  readonly tellsScripts?: boolean;
  /** The connections beside the target's that steps of the document run on, by their names. */
  readonly connections: ReadonlyMap<string, PlannedConnection>;
}

/** Reads what a plan is made from; changes nothing and asks no database. */
export async function gather(world: GatherWorld, request: PlanRequest): Promise<PlanInputs> {
  const planText = await world.files.readText(request.file);
  const plan =
    planText.type === 'found'
      ? checkPlanText(request.file, planText.text, request.facts)
      : { document: undefined, problems: [unreadable(request.file, planText)] };
  return gatherFor(plan, world, request);
}

/** Who plans for many targets reads the config once: `checkConfig` stands in for `checkConfigText`. */
export interface ConfigReading {
  readonly checkConfig?: typeof checkConfigText;
}

export interface GatherWorld extends ConfigReading {
  readonly files: Pick<ProjectFiles, 'readText'>;
  readonly syntax: Pick<SqlSyntax, 'includes'>;
  readonly leases: Pick<LeaseStore, 'read'>;
}

/** As `gather`, for a document that was not read from a file: the migrations of a folder, or a stored plan. */
export async function gatherFor(
  plan: Pick<PlanInputs, 'document' | 'problems'>,
  world: GatherWorld,
  request: Pick<PlanRequest, 'configFile' | 'target' | 'createdAt'> & { readonly addresses?: AddressLooks },
): Promise<PlanInputs> {
  const configText = request.configFile === undefined ? undefined : await world.files.readText(request.configFile);
  const config =
    configText === undefined
      ? { config: undefined, problems: [] }
      : configText.type === 'found'
        ? (world.checkConfig ?? checkConfigText)(request.configFile as string, configText.text)
        : { config: undefined, problems: [unreadable(request.configFile as string, configText)] };
  const others = connectionsOfDocument(plan.document, config.config, request.addresses ?? new Map());
  const { connections } = others;
  const scripts = plan.document
    ? await readScripts(plan.document, { config: config.config, target: request.target, connections }, world)
    : new Map();
  const target = request.target ?? plan.document?.targetEnv.id.value;
  const lockEpoch = target === undefined ? 0 : (await world.leases.read(target)).state.epoch;
  return {
    document: plan.document,
    config: config.config,
    target: request.target,
    scripts,
    connections,
    problems: [...plan.problems, ...config.problems, ...others.problems],
    createdAt: request.createdAt,
    lockEpoch,
  };
}

/** The document's scripts, then the files that they read, then what those read, until nothing is new. */
async function readScripts(
  document: PlanDocument,
  { config, target, connections }: Pick<PlanInputs, 'config' | 'target' | 'connections'>,
  { files, syntax }: GatherWorld,
): Promise<Map<string, ReadFile>> {
  const scripts = new Map<string, ReadFile>();
  const resolved = resolveTarget(document, config, target);
  const own = resolved.type === 'resolved' ? resolved.connection : undefined;
  const seen = new Set<string>();
  for (let uses = scriptUses(document); uses.length > 0; ) {
    for (const use of uses) seen.add(useKey(use));
    const unread = new Set(uses.map(({ path }) => path).filter((path) => !scripts.has(path)));
    for (const [path, file] of await readAll([...unread], files)) scripts.set(path, file);
    const next = new Map<string, ScriptUse>();
    for (const { path, connection } of uses) {
      const file = scripts.get(path);
      const via = connection === undefined ? own : connections.get(connection);
      if (file?.type !== 'found' || !via) continue;
      for (const include of includesIn(file.text, dialectOf(via), syntax)) {
        const included = includedPath(include, path);
        if (included === undefined) continue;
        const use = { path: included, connection };
        if (!seen.has(useKey(use))) next.set(useKey(use), use);
      }
    }
    uses = [...next.values()];
  }
  return scripts;
}

/** So many at once: a system gives a process only so many open files. */
const atOnce = 64;

async function readAll(
  paths: readonly string[],
  files: Pick<ProjectFiles, 'readText'>,
): Promise<Map<string, ReadFile>> {
  const read = new Map<string, ReadFile>();
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce);
    const texts = await Promise.all(some.map((path) => files.readText(path)));
    some.forEach((path, i) => {
      read.set(path, texts[i] as ReadFile);
    });
  }
  return read;
}

function unreadable(file: string, read: Exclude<ReadFile, { type: 'found' }>): Problem {
  const why = {
    missing: 'does not exist',
    outside: 'lies outside the project',
    'not-a-file': 'is a folder',
    unreadable: 'cannot be read',
  }[read.type];
  const detail = read.type === 'unreadable' ? `: ${read.message}` : '.';
  return { ...unplacedProblem('FILE_UNREADABLE', `${file} ${why}${detail}`), file };
}
