import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fault, killRunner, makeAttempt } from './attempt.ts';
import type { Backend } from './backend.ts';
import { type CaseWorld, optionsOf, tell, violated, writeProject } from './case-world.ts';
import { createChance } from './chance.ts';
import { checkAround, checkSuccess, checkTarget } from './invariants.ts';
import { lineWritten, runsOf } from './journals.ts';
import { judge } from './judge.ts';
import { isDone } from './person.ts';
import { markedProcesses, product, until } from './product.ts';
import type { CaseResult } from './run-case.ts';
import { runWords } from './run-words.ts';
import { makeScenario } from './scenario.ts';

export interface LongPlanOptions {
  readonly seed: number;
  readonly backend: Backend;
  readonly dist: string;
  readonly migrations: number;
  readonly kills: number;
}

/** One long plan whose runner is killed so many times, each time a few lines further on; then it is left alone. */
export async function longPlan(options: LongPlanOptions): Promise<CaseResult> {
  const began = performance.now();
  const world = await makeWorld(options);
  try {
    await play(world, options.kills);
  } finally {
    for (const path of [world.project, `${world.project}.run`]) rmSync(path, { recursive: true, force: true });
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

async function makeWorld({ seed, backend, dist, migrations }: LongPlanOptions): Promise<CaseWorld> {
  const chance = createChance(seed);
  const project = mkdtempSync(join(realpathSync(tmpdir()), 'srd-camp-'));
  const runtime = `${project}.run`;
  mkdirSync(runtime, { mode: 0o700 });
  const drawn = makeScenario(chance.fork(), backend.name, migrations);
  for (const migration of drawn.migrations) migration.brokenAt = undefined;
  const nothing = { journalTorn: false, clockJumped: false, forcedUnlock: false, historyDamaged: false };
  return {
    seed,
    chance,
    backend,
    database: await backend.freshDatabase(project, seed),
    scenario: {
      ...drawn,
      kind: 'document',
      migrations: drawn.migrations.filter((one) => !one.repeatable),
      detached: false,
    },
    project,
    dist,
    proxy: undefined,
    env: { CAMPAIGN_DB_PASSWORD: backend.secret, XDG_RUNTIME_DIR: runtime },
    story: [],
    violations: [],
    injected: new Map(),
    known: { ...nothing, secondClone: false, storeRefused: false },
    undo: [],
  };
}

async function play(world: CaseWorld, kills: number): Promise<void> {
  writeProject(world);
  tell(
    world,
    `seed ${world.seed} ${world.backend.name}: ${world.scenario.migrations.length} migrations, ${kills} kills`,
  );
  // Enough lines for the plan to go forward, and few enough for it to last until the last kill.
  const step = Math.max(2, Math.floor((world.scenario.migrations.length * 3) / kills));
  let words: string[] = runWords(world, { detached: false });
  for (let kill = 0; kill < kills; ) {
    const fault = killAfter(5 + world.chance.upTo(2 * step + 4), kill % 2 === 0);
    const ended = await makeAttempt(world, words, fault, world.chance.fork());
    judge(world, ended);
    await checkTarget(world);
    await until(() => markedProcesses(runsOf(world.project)).length === 0, 8_000);
    const run = runsOf(world.project)[0];
    if (ended.killed) kill += 1;
    if (world.violations.length > 0) return;
    if (ended.code === 0) {
      tell(world, `the plan was over after ${kill} kills`);
      break;
    }
    if (run !== undefined) words = ['resume', run, '--auto-continue', '--json', ...(await settled(world, run))];
  }
  await finish(world, words);
}

async function finish(world: CaseWorld, first: readonly string[]): Promise<void> {
  let words = first;
  for (let n = 0; n < 4; n++) {
    const ended = await makeAttempt(world, words, undefined, world.chance.fork());
    judge(world, ended);
    const run = runsOf(world.project)[0] ?? '';
    if (ended.code === 0 || ended.stdout.includes('NOT_RESUMABLE')) break;
    words = ['resume', run, '--auto-continue', '--json', ...(await settled(world, run))];
  }
  const run = runsOf(world.project)[0] ?? '';
  const shown = await product(['runs', 'show', run, '--json'], optionsOf(world));
  if (!shown.stdout.includes('"status":"succeeded"'))
    violated(world, `the long plan did not succeed: ${shown.stdout.slice(0, 500)}`);
  await checkTarget(world);
  await checkSuccess(world);
  await checkAround(world);
}

/** Kills the runner once it has written so many lines. */
const killAfter = (lines: number, all: boolean): Fault => ({
  name: 'runner-killed',
  async during(attempt) {
    const wanted = { type: '*', nth: lines };
    const type = await lineWritten(attempt.world.project, attempt.journalsBefore, wanted, attempt.isOver);
    if (type !== undefined) await killRunner(attempt, all, `runner killed at ${type}`);
  },
});

/** Answers for a statement that was in flight, from what the target shows. */
async function settled(world: CaseWorld, run: string): Promise<string[]> {
  const { stdout } = await product(['runs', 'show', run, '--json'], optionsOf(world));
  if (!stdout.includes('STATEMENT_IN_FLIGHT')) return [];
  const row = (await world.database.history()).find(({ inFlight }) => inFlight);
  const migration = world.scenario.migrations.find(({ path }) => path === row?.path);
  if (!migration) return [];
  const word = (await isDone(world, migration)) ? 'done' : 'not-done';
  return ['--settle', `${migration.step}=${word}`, '--reason', 'looked at the target'];
}
