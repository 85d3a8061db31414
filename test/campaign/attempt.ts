import { setTimeout as delay } from 'node:timers/promises';
import { type CaseWorld, inject, optionsOf, tell } from './case-world.ts';
import type { Chance } from './chance.ts';
import { journalSizes, lineWritten, readJournalText, runsOf } from './journals.ts';
import { type Ended, type Going, isAlive, markedProcesses, signal, startProduct, until } from './product.ts';

/** A command that executes a run, while it goes on. */
export interface Attempt {
  readonly world: CaseWorld;
  readonly going: Going;
  readonly journalsBefore: ReadonlyMap<string, number>;
  /** The process that executes the run; undefined before it is known. */
  runner(): number | undefined;
  isOver(): boolean;
  /** A fault has ended it by force. */
  killed: boolean;
}

/** What makes a case hard. Each hook tells `inject` when it has come to pass. */
export interface Fault {
  readonly name: string;
  applies?(world: CaseWorld): boolean;
  /** Before there is a project. */
  setup?(world: CaseWorld): Promise<void>;
  /** Between two attempts, when no process of the case is left; `count` attempts were made. */
  before?(world: CaseWorld, chance: Chance, count: number): Promise<void>;
  during?(attempt: Attempt, chance: Chance): Promise<void>;
  /** Always, when the attempt is over: makes good again what a person would. */
  after?(world: CaseWorld): Promise<void>;
}

/** After this time a detached runner that has written nothing will write nothing more. */
const UNHEARD_MS = 10_000;

/** Runs one command with a fault and waits until everything that executes the run has ended. */
export async function makeAttempt(
  world: CaseWorld,
  words: readonly string[],
  fault: Fault | undefined,
  chance: Chance,
  project = world.project,
): Promise<Ended & { readonly killed: boolean }> {
  const journalsBefore = journalSizes(project);
  tell(world, `$ srdeploy ${words.join(' ')}`);
  const began = performance.now();
  const going = startProduct(words, optionsOf(world, project));
  const isDetached = words.includes('--detach');
  const runner = () => (isDetached ? detachedRunner(project, journalsBefore) : going.child.pid);
  const attempt: Attempt = {
    world,
    going,
    journalsBefore,
    runner,
    isOver: () => {
      if (!going.isOver()) return false;
      if (!isDetached) return true;
      const pid = runner();
      // A runner that has just been started has written nothing yet.
      if (pid === undefined) return going.child.exitCode !== 0 || performance.now() - began > UNHEARD_MS;
      return !isAlive(pid);
    },
    killed: false,
  };
  const during = fault?.during?.(attempt, chance);
  const ended = await going.ended;
  await during;
  if (isDetached && !(await until(attempt.isOver, 30_000))) world.violations.push('a detached runner did not end');
  await fault?.after?.(world);
  tell(world, `  exit ${ended.code ?? ended.signal} ${firstWords(ended)}`);
  return { ...ended, killed: attempt.killed };
}

/** The process that the newest attempt names in its journal, as long as it is the one that works in the project. */
function detachedRunner(project: string, before: ReadonlyMap<string, number>): number | undefined {
  const run = runsOf(project)
    .map((id) => ({ id, events: readJournalText(project, id)?.events ?? [] }))
    .filter(({ id, events }) => events.length > 0 && (!before.has(id) || sizeGrew(events, before.get(id) ?? 0)))
    .at(-1);
  const started = run?.events.findLast(({ type }) => type === 'attempt.started');
  return started?.type === 'attempt.started' ? started.pid : undefined;
}

const sizeGrew = (events: readonly object[], before: number): boolean =>
  events.reduce((sum, event) => sum + JSON.stringify(event).length + 1, 0) > before;

const firstWords = ({ stdout, stderr }: Ended): string => {
  const code = /"code":"([A-Z_]+)"/.exec(stdout)?.[1];
  const status = /"status":"([a-z_-]+)"/.exec(stdout)?.[1];
  return [status, code, stderr.split('\n').find((line) => line.startsWith('error'))].filter(Boolean).join(' ');
};

const lineTypes = [
  'run.created',
  'attempt.started',
  'plan.amended',
  'lock.acquired',
  'lock.taken-over',
  'operation.intent',
  'operation.started',
  'operation.output',
  'operation.finished',
  'lock.released',
  'run.finished',
  '*',
  '*',
  'operation.finished',
  'operation.intent',
] as const;

/** Waits for a random moment of an attempt: a kind of journal line, or some time. Undefined where the attempt was over first. */
export async function someMoment(attempt: Attempt, chance: Chance): Promise<string | undefined> {
  if (chance.likely(0.75)) {
    const type = chance.pick(lineTypes);
    const operations = attempt.world.scenario.migrations.length + 2;
    const nth =
      type === '*'
        ? chance.between(1, 4 * operations)
        : type.startsWith('operation.')
          ? chance.between(1, operations)
          : 1;
    const line = await lineWritten(attempt.world.project, attempt.journalsBefore, { type, nth }, attempt.isOver);
    if (line !== undefined && chance.likely(0.3)) await delay(chance.upTo(12));
    return line;
  }
  await delay(chance.between(20, 600));
  return attempt.isOver() ? undefined : 'a random moment';
}

/** Kills the runner, and with `all` what it has started too. */
export async function killRunner(attempt: Attempt, all: boolean, what: string): Promise<void> {
  const { world } = attempt;
  const children = all ? markedProcesses(runsOf(world.project)) : [];
  const pid = attempt.runner();
  if (pid === undefined || attempt.isOver() || !signal(pid, 'SIGKILL')) return;
  attempt.killed = true;
  inject(world, what);
  if (!all) return;
  for (const child of new Set([...children, ...markedProcesses(runsOf(world.project))])) signal(child, 'SIGKILL');
}
