import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import type { Fault } from './attempt.ts';
import type { Backend } from './backend.ts';
import { type CaseWorld, inject, optionsOf, tell, violated, writeProject } from './case-world.ts';
import { createChance } from './chance.ts';
import { journalTorn } from './faults/files.ts';
import { faults } from './faults/index.ts';
import { cancelled, runnerKilled } from './faults/killing.ts';
import { scriptsEdited } from './faults/scripts.ts';
import { checkAround, checkSuccess, checkTarget } from './invariants.ts';
import { storeOf } from './journals.ts';
import { judge } from './judge.ts';
import { deploy } from './person.ts';
import { product, startProduct } from './product.ts';
import { runWords } from './run-words.ts';
import { makeScenario } from './scenario.ts';

export interface CaseOptions {
  readonly seed: number;
  readonly backend: Backend;
  readonly dist: string;
  /** Only faults of this name. */
  readonly only: string | undefined;
  readonly hasAudit: boolean;
  /** Leaves the project of a case with a violation where it is. */
  readonly keep: boolean;
}

export interface CaseResult {
  readonly seed: number;
  readonly backend: string;
  readonly attempts: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly story: readonly string[];
  readonly ms: number;
}

/** Plays one case from its seed: a random plan, random faults, a person who does what the product asks, and the invariants. */
export async function runCase(options: CaseOptions): Promise<CaseResult> {
  const began = performance.now();
  const world = await makeWorld(options);
  try {
    await play(world, options);
  } catch (error) {
    violated(world, `the case itself failed: ${error instanceof Error ? error.stack : error}`);
  } finally {
    for (const undo of world.undo.reverse()) await undo();
    await world.proxy?.close();
    if (world.violations.length === 0 || !options.keep) remove(world.project);
    else tell(world, `The project is left in ${world.project}`);
  }
  return {
    seed: options.seed,
    backend: options.backend.name,
    attempts: world.story.filter((line) => line.startsWith('$')).length,
    injected: Object.fromEntries(world.injected),
    violations: world.violations,
    story: world.story,
    ms: Math.round(performance.now() - began),
  };
}

function remove(project: string): void {
  for (const path of [project, `${project}-b`, `${project}-c`])
    rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

async function makeWorld({ seed, backend, dist, only }: CaseOptions): Promise<CaseWorld & { plan: Fault[] }> {
  const chance = createChance(seed);
  const project = mkdtempSync(join(realpathSync(tmpdir()), 'srd-camp-'));
  const runtime = `${project}.run`;
  mkdirSync(runtime, { mode: 0o700 });
  const proxied = backend.port !== undefined && (only === 'connection-cut' || chance.likely(0.5));
  const draft = {
    seed,
    chance,
    backend,
    scenario: makeScenario(chance.fork(), backend.name),
    project,
    dist,
    proxy: proxied ? await startCuttingProxy(() => backend.port ?? 0) : undefined,
    env: { CAMPAIGN_DB_PASSWORD: backend.secret, XDG_RUNTIME_DIR: runtime } as NodeJS.ProcessEnv,
    story: [],
    violations: [],
    injected: new Map<string, number>(),
    known: {
      journalTorn: false,
      clockJumped: false,
      forcedUnlock: false,
      historyDamaged: false,
      secondClone: false,
      storeRefused: false,
    },
    undo: [() => rmSync(runtime, { recursive: true, force: true })],
  };
  const undecided = draft as unknown as CaseWorld;
  const plan = pickFaults(undecided, only);
  for (const fault of new Set(plan)) await fault.setup?.(undecided);
  return { ...undecided, plan, database: await backend.freshDatabase(project, seed) };
}

/** One to four faults, each for an attempt of its own. */
function pickFaults(world: CaseWorld, only: string | undefined): Fault[] {
  const usable = faults.filter(
    (fault) =>
      (only === undefined || fault.name === only) &&
      (fault.applies?.(world) ?? true) &&
      (fault.name !== 'connection-cut' || world.proxy !== undefined),
  );
  if (usable.length === 0) return [];
  const plan = Array.from({ length: world.chance.between(1, 4) }, () => world.chance.pick(usable));
  // What happens between two attempts needs a first one that did not succeed.
  return plan[0] && needsAnAttempt.has(plan[0].name) ? [world.chance.pick([runnerKilled, cancelled]), ...plan] : plan;
}

const needsAnAttempt: ReadonlySet<string> = new Set([journalTorn.name, scriptsEdited.name]);

async function play(world: CaseWorld & { plan: readonly Fault[] }, options: CaseOptions): Promise<void> {
  const { scenario, chance } = world;
  tell(
    world,
    `seed ${world.seed} ${world.backend.name} ${scenario.kind} of ${scenario.migrations.length}: ${world.plan.map(({ name }) => name).join(', ')}`,
  );
  const clone = (options.only === undefined || options.only === 'two-clones') && chance.likely(options.only ? 1 : 0.08);
  if (clone) world.known.secondClone = true;
  writeProject(world);
  const other = clone ? await startClone(world) : undefined;
  const succeeded = await deploy(world, world.plan);
  if (other) await finishClone(world, other, succeeded);
  await checkTarget(world);
  if (succeeded) await checkSuccess(world);
  await checkAround(world);
  if (succeeded && world.violations.length === 0) await checkAfterwards(world, options);
}

interface Clone {
  readonly world: CaseWorld;
  readonly first: Promise<unknown>;
}

/** A second checkout of the project, deployed to the same database at the same time. */
async function startClone(world: CaseWorld): Promise<Clone> {
  const project = `${world.project}-b`;
  mkdirSync(project);
  const clone: CaseWorld = { ...world, project };
  writeProject(clone);
  inject(world, 'second clone');
  const first = startProduct(runWords(clone, { detached: false }), optionsOf(clone)).ended.then((ended) => {
    tell(world, `  the second clone: exit ${ended.code}`);
    judge(world, { ...ended, killed: false });
  });
  return { world: clone, first };
}

async function finishClone(world: CaseWorld, clone: Clone, succeeded: boolean): Promise<void> {
  await clone.first;
  if (!succeeded) return;
  writeProject(clone.world);
  tell(world, 'the second clone goes on');
  await deploy(clone.world, []);
  await checkAround(world, clone.world.project);
}

/** A rebuilt history says the same, the audit log holds, and the same plan once more finds nothing to do. */
async function checkAfterwards(world: CaseWorld, { hasAudit }: CaseOptions): Promise<void> {
  world.env.NODE_OPTIONS = '';
  if (world.known.historyDamaged || world.known.journalTorn || world.chance.likely(0.15)) await checkRebuilt(world);
  if (hasAudit && world.chance.likely(0.35)) {
    const verified = await product(['audit', 'verify', '--json'], optionsOf(world));
    judge(world, { ...verified, killed: false });
    if (verified.code !== 0 && !world.known.storeRefused)
      violated(world, `audit verify: exit ${verified.code} ${verified.stdout}${verified.stderr}`);
  }
  if (world.scenario.backup === 'fixed' || world.scenario.commands.length > 0 || !world.chance.likely(0.2)) return;
  const before = await world.database.trace();
  const project = world.chance.likely(0.5) ? `${world.project}-c` : world.project;
  if (project !== world.project) {
    mkdirSync(project);
    writeProject(world, project);
  }
  const again = await product(runWords(world, { detached: false }), optionsOf(world, project));
  judge(world, { ...again, killed: false });
  if (again.code !== 0) violated(world, `the same plan once more: exit ${again.code} ${again.stdout.slice(0, 1_500)}`);
  if (!isDeepStrictEqual(before, await world.database.trace()))
    violated(world, 'the same plan once more changed the target');
}

async function checkRebuilt(world: CaseWorld): Promise<void> {
  const ask = async () => {
    const list = await product(['runs', 'list', '--limit', '100', '--json'], optionsOf(world));
    const history = await product(
      ['migration', 'history', '--target', 'dev', '--limit', '1000', '--json'],
      optionsOf(world),
    );
    for (const one of [list, history]) judge(world, { ...one, killed: false });
    return [list.stdout, history.stdout];
  };
  const before = await ask();
  rmSync(join(storeOf(world.project), 'history.sqlite'), { force: true });
  const rebuilt = await ask();
  before.forEach((text, at) => {
    if (text !== rebuilt[at])
      violated(world, `the rebuilt history differs:\n${text.slice(0, 3_000)}\n${rebuilt[at]?.slice(0, 3_000)}`);
  });
}
