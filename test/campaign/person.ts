import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../core/index.ts';
import { type Fault, makeAttempt } from './attempt.ts';
import { backupFile, type CaseWorld, optionsOf, tell, violated, writeScript } from './case-world.ts';
import { tableOf } from './dialect.ts';
import { checkTarget } from './invariants.ts';
import { runsOf } from './journals.ts';
import { judge } from './judge.ts';
import { type Ended, markedProcesses, product, until } from './product.ts';
import { runWords } from './run-words.ts';
import { type CaseMigration, operationOf } from './scenario.ts';

/** What the person who deploys has in mind between two commands. */
interface Mind {
  /** The run that they follow. */
  run: string | undefined;
  freshRun: boolean;
  yes: boolean;
  settle: string[];
  /** How often the plan was refused as changed. */
  refusals: number;
}

/** A person has as many tries with nothing in their way as this, and one for each fault. */
const CALM_TRIES = 10;

/**
 * Deploys as a person would: runs, reads what the product says, mends, answers truthfully, resumes, until the run has succeeded. True
 * where it has; a run that does not come to an end is a violation.
 */
export async function deploy(world: CaseWorld, plan: readonly (Fault | undefined)[]): Promise<boolean> {
  const mind: Mind = { run: undefined, freshRun: true, yes: false, settle: [], refusals: 0 };
  for (let count = 0; count < plan.length + CALM_TRIES; count++) {
    const fault = plan[count];
    const chance = world.chance.fork();
    await allGone(world);
    await fault?.before?.(world, chance, count);
    const before = new Set(runsOf(world.project));
    const ended = await makeAttempt(world, wordsOf(world, mind), fault, chance);
    judge(world, ended);
    const made = runsOf(world.project).filter((run) => !before.has(run));
    mind.run = runIn(ended) ?? made.at(-1) ?? mind.run;
    const view = await observe(world, mind, ended.killed || chance.likely(0.2) ? undefined : parsed(ended)?.run);
    await checkTarget(world);
    if (world.violations.length > 0) return false;
    if (view?.status === 'succeeded' || isNothingToDo(ended, made)) return true;
    await react(world, mind, ended, view);
  }
  violated(world, 'the run did not come to an end, whatever the person did');
  return false;
}

/** A folder of which everything is applied makes no run at all. */
const isNothingToDo = (ended: Ended, made: readonly string[]): boolean =>
  ended.code === 0 && made.length === 0 && ended.words[0] === 'migration' && runIn(ended) === undefined;

/** What a killed runner has left at work ends by itself. */
async function allGone(world: CaseWorld): Promise<void> {
  await until(() => markedProcesses(runsOf(world.project)).length === 0, 8_000);
  await until(async () => !(await world.database.busy()), 5_000);
}

function wordsOf(world: CaseWorld, mind: Mind): string[] {
  if (mind.freshRun || mind.run === undefined) return runWords(world, { detached: world.scenario.detached });
  const settle = mind.settle.flatMap((word) => ['--settle', word]);
  if (settle.length > 0) settle.push('--reason', 'looked at the target');
  mind.settle = [];
  const detach = world.scenario.detached && settle.length === 0 ? ['--detach'] : [];
  return ['resume', mind.run, ...(mind.yes ? ['--yes'] : []), ...settle, '--auto-continue', '--json', ...detach];
}

const runIn = ({ stdout }: Ended): string | undefined => /"run":\{"id":"(\d{8}-\d{6}-\w+)"/.exec(stdout)?.[1];

/** Looks from another process: a run whose process is gone is never said to be running. */
async function observe(world: CaseWorld, mind: Mind, said: RunView | undefined): Promise<RunView | undefined> {
  if (mind.run === undefined) return undefined;
  // What the command itself said of its run is good enough, now and then, where it has come to its end.
  if (said?.operations && said.status !== 'running') {
    tell(world, shortly(said));
    return said;
  }
  const shown = await product(['runs', 'show', mind.run, '--json'], optionsOf(world));
  judge(world, { ...shown, killed: false });
  const answer = parsed(shown);
  if (!answer?.run) {
    tell(world, `  runs show: exit ${shown.code} ${answer?.error?.code}`);
    if (!['RUN_DAMAGED', 'NO_SUCH_RUN', 'SYSTEM_ERROR', 'STATE_STORE_REFUSED'].includes(answer?.error?.code ?? ''))
      violated(
        world,
        `a run cannot be shown: exit ${shown.code} ${shown.stdout.slice(0, 500)}${shown.stderr.slice(0, 500)}`,
      );
    if (answer?.error?.code === 'RUN_DAMAGED') mind.freshRun = true;
    return undefined;
  }
  const { run } = answer;
  const open = run.operations.filter(({ status }) => status === 'running').map(({ id }) => id);
  tell(world, shortly(run));
  if (run.status === 'running' || run.status === 'waiting' || open.length > 0)
    violated(world, `nobody executes ${run.id}, yet it is said to be ${run.status} (${open.join(', ')})`);
  return run;
}

const shortly = (run: RunView): string =>
  `  ${run.status}, attempt ${run.attempt}: ${run.operations.map(({ status }) => status[0]).join('')}`;

interface Answer {
  readonly run?: RunView;
  readonly error?: { readonly code: string };
}

function parsed({ stdout }: Ended): Answer | undefined {
  try {
    return JSON.parse(stdout) as Answer;
  } catch {
    return undefined; // It printed none: it was killed.
  }
}

async function react(world: CaseWorld, mind: Mind, ended: Ended, view: RunView | undefined): Promise<void> {
  const codes = new Set<string>();
  const add = (code: string | undefined) => {
    if (code !== undefined) codes.add(code);
  };
  add(parsed(ended)?.error?.code);
  add(view?.error?.code);
  for (const { status, error } of view?.operations ?? [])
    if (status === 'failed' || status === 'unknown') add(error?.code);
  tell(world, `  says ${[...codes].join(', ') || 'nothing'}`);

  if (view) mind.freshRun = false;
  for (const code of codes) await answer(world, mind, code, view);
  if (ended.code === 9 && !view) mind.freshRun = true;
}

async function answer(world: CaseWorld, mind: Mind, code: string, view: RunView | undefined): Promise<void> {
  switch (code) {
    case 'SQL_ERROR':
    case 'CHECK_FAILED':
      mendScripts(world);
      mind.yes = true;
      return;
    case 'CONFIRMATION_MISSING':
      mind.yes = true;
      return;
    case 'STATEMENT_IN_FLIGHT':
    case 'COMMAND_UNSETTLED':
      await settle(world, mind, view);
      return;
    case 'BACKUP_EXISTS':
      rmSync(join(world.project, backupFile), { force: true });
      return;
    case 'PLAN_CHANGED':
    case 'VALIDATION_FAILED':
    case 'MIGRATION_CHANGED':
    case 'MIGRATION_PREFIX_CHANGED':
    case 'MIGRATION_RENAME_UNCLEAR':
      await restoreScripts(world);
      mind.refusals += 1;
      mind.yes = true;
      // A file that was renamed belongs to the next run.
      if (mind.refusals > 1 && (code === 'PLAN_CHANGED' || code === 'VALIDATION_FAILED')) mind.freshRun = true;
      return;
    case 'REPLAN_REQUIRED_AFTER_FORCE_UNLOCK':
    case 'RUN_DAMAGED':
    case 'NO_SUCH_RUN':
      mind.freshRun = true;
      return;
    default:
      return; // Whatever it was, it is mended by now: resume.
  }
}

/** Mends what the database refused. */
function mendScripts(world: CaseWorld): void {
  for (const migration of world.scenario.migrations) {
    if (migration.brokenAt === undefined) continue;
    migration.brokenAt = undefined;
    writeScript(world, migration);
  }
}

/** Takes back what one must not do to scripts that are applied. */
async function restoreScripts(world: CaseWorld): Promise<void> {
  const trace = await world.database.trace();
  const history = await world.database.history();
  for (const migration of world.scenario.migrations) {
    const isApplied = history.some(({ path, status }) => path === migration.path && status === 'succeeded');
    const hasLast = trace.some(({ m, s }) => m === migration.word && s === migration.statements.length);
    if (isApplied || hasLast) migration.extended = hasLast;
    Object.assign(migration, { comment: '', crlf: false, deleted: false, tampered: false });
    writeScript(world, migration);
  }
}

/** Looks at the target, or at what the command leaves, and says what is true. */
async function settle(world: CaseWorld, mind: Mind, view: RunView | undefined): Promise<void> {
  for (const { id, error } of view?.operations ?? []) {
    const migration = world.scenario.migrations.find((one) => operationOf(world.scenario, one) === id);
    const command = world.scenario.commands.find(({ step }) => step === id);
    if (migration && error?.code === 'STATEMENT_IN_FLIGHT')
      mind.settle.push(`${id}=${(await isDone(world, migration)) ? 'done' : 'not-done'}`);
    if (command && error?.code === 'COMMAND_UNSETTLED')
      mind.settle.push(`${id}=${existsSync(join(world.project, command.file)) ? 'done' : 'not-done'}`);
  }
  tell(world, `  the person says ${mind.settle.join(', ')}`);
}

/** What the target shows of the statement that was in flight when the migration stopped. */
export async function isDone({ database }: CaseWorld, migration: CaseMigration): Promise<boolean> {
  const row = (await database.history()).find(({ path }) => path === migration.path);
  const at = row?.statementIndex ?? 0;
  const kind = migration.statements[at]?.kind ?? 'row';
  if (kind === 'echo') return false;
  if (kind === 'table') return database.hasTable(tableOf(migration.word, at));
  const { word, version } = migration;
  return (await database.trace()).some(({ m, s, v }) => m === word && s === at && v === version);
}
