import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, someMoment } from '../attempt.ts';
import { type CaseWorld, inject, optionsOf, tell, violated } from '../case-world.ts';
import { journalSizes, runsOf } from '../journals.ts';
import { judge } from '../judge.ts';
import { type Ended, product, signal, until } from '../product.ts';
import { runWords } from '../run-words.ts';

/** A second person resumes, or starts, the same at the same time. */
export const twoOperators: Fault = {
  name: 'two-operators',
  async during(attempt, chance) {
    const { world } = attempt;
    if (chance.likely(0.5)) await delay(chance.upTo(300));
    const words =
      runsOf(world.project).length > 0 && chance.likely(0.7)
        ? ['resume', 'latest', '--yes', '--auto-continue', '--json']
        : runWords(world, { detached: false });
    inject(world, `second operator: ${words[0]}`);
    const ended = await product(words, optionsOf(world));
    tell(world, `  the second one: exit ${ended.code}`);
    judge(world, { ...ended, killed: false });
  },
};

/**
 * The process that holds the lease is stopped, the lease forced open by a person, and the process goes on; or it is killed while it
 * stands still.
 */
export const holderStopped: Fault = {
  name: 'holder-stopped',
  async during(attempt, chance) {
    const { world } = attempt;
    const moment = await someMoment(attempt, chance);
    const pid = attempt.runner();
    if (moment === undefined || pid === undefined || attempt.isOver() || !signal(pid, 'SIGSTOP')) return;
    world.undo.push(() => {
      if (!attempt.isOver()) signal(pid, 'SIGKILL');
    });
    if (chance.likely(0.25)) {
      signal(pid, 'SIGKILL');
      attempt.killed = true;
      inject(world, 'holder stopped, then killed');
      return;
    }
    await delay(chance.between(0, 200));
    const lock = await lockOf(world);
    if (lock === undefined) {
      signal(pid, 'SIGCONT');
      return;
    }
    const force = () =>
      product(['lock', 'force-unlock', 'dev', '--lock', lock, '--confirm', lock, '--json'], optionsOf(world));
    const forced = await force();
    if (forced.stdout.includes('AUDIT_UNWRITABLE') && forced.stdout.includes(`process ${pid} `)) {
      // It was stopped in the midst of a line of the audit log: nothing is done without a record, and who keeps it from being written is named.
      inject(world, 'holder stopped while it wrote the audit log');
      signal(pid, 'SIGCONT');
      const again = await force();
      if (again.code === 0) world.known.forcedUnlock = true;
      else if ((await lockOf(world)) === lock)
        violated(
          world,
          `a lease could not be forced open once the audit log was free: exit ${again.code} ${again.stdout}`,
        );
      return;
    }
    if (forced.code !== 0) {
      violated(world, `a lease could not be forced open: exit ${forced.code} ${forced.stdout}`);
      signal(pid, 'SIGCONT');
      return;
    }
    world.known.forcedUnlock = true;
    inject(world, 'holder stopped past its lease');
    await goOn(world, pid, chance.likely(0.5), attempt.isOver);
  },
};

async function goOn(world: CaseWorld, pid: number, withNext: boolean, isOver: () => boolean): Promise<void> {
  const before = await traceCount(world);
  const sizes = journalSizes(world.project);
  const next: Promise<Ended> | undefined = withNext
    ? product(runWords(world, { detached: false }), optionsOf(world))
    : undefined;
  if (next !== undefined) await delay(250);
  signal(pid, 'SIGCONT');
  await until(isOver, 30_000);
  if (next !== undefined) {
    const ended = await next;
    tell(world, `  the next run: exit ${ended.code}`);
    judge(world, { ...ended, killed: false });
    return;
  }
  // What was on its way when the process was stopped may still arrive: one COMMIT, or one statement, and one write of the journal.
  const migrations = new Set((await world.database.trace()).slice(before).map(({ m }) => m));
  if (migrations.size > 1) violated(world, `a holder without a lease applied ${[...migrations].join(', ')}`);
  for (const [run, size] of journalSizes(world.project)) {
    const grown = size - (sizes.get(run) ?? 0);
    if (grown > 0) tell(world, `  journal of ${run} grew by ${grown} bytes after the lease was gone`);
  }
}

const traceCount = async ({ database }: CaseWorld): Promise<number> => (await database.trace()).length;

async function lockOf(world: CaseWorld): Promise<string | undefined> {
  const { stdout } = await product(['lock', 'status', 'dev', '--json'], optionsOf(world));
  try {
    return (JSON.parse(stdout) as { lock?: { id: string } | null }).lock?.id;
  } catch {
    return undefined; // It could not say; the run goes on.
  }
}
