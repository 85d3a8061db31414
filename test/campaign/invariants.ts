import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunEvent, secretForms } from '../../core/index.ts';
import type { HistoryRow, TraceRow } from './backend.ts';
import { type CaseWorld, violated } from './case-world.ts';
import { tableOf } from './dialect.ts';
import { readJournalText, runsOf, storeOf } from './journals.ts';
import { markedProcesses, signal, until } from './product.ts';
import { type CaseMigration, lengthOf } from './scenario.ts';

/** What holds at any moment: nothing is applied twice, and what is recorded is applied. */
export async function checkTarget(world: CaseWorld): Promise<void> {
  // First what is recorded: a migration that is committed in between is no violation.
  const history = await world.database.history();
  const trace = await world.database.trace();
  for (const [what, count] of countsOf(trace)) if (count > 1) violated(world, `${what} was applied ${count} times`);
  const forbidden = trace.filter(({ m }) => m.startsWith('tampered'));
  if (forbidden.length > 0) violated(world, `a changed file was run: ${forbidden.map(({ m }) => m).join(', ')}`);
  for (const migration of world.scenario.migrations) {
    const row = rowOf(history, migration);
    if (row?.status !== 'succeeded' || migration.repeatable) continue;
    const missing = await missingOf(world, migration, trace, migration.statements.length);
    if (missing.length > 0)
      violated(world, `${row.path} is recorded, but statements ${missing.join(', ')} are not applied`);
  }
}

const countsOf = (trace: readonly TraceRow[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { m, s, v } of trace) {
    const what = `statement ${s} of ${m}${v > 0 ? ` (version ${v})` : ''}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
};

const rowOf = (history: readonly HistoryRow[], { path, word, repeatable }: CaseMigration): HistoryRow | undefined =>
  history.find((row) => row.path === path) ??
  (repeatable ? undefined : history.find((row) => row.path.endsWith(`_${word}.sql`)));

/** Statements of a migration, up to a length, of which the target shows nothing. */
async function missingOf(
  { database }: CaseWorld,
  { word, statements, version }: CaseMigration,
  trace: readonly TraceRow[],
  length: number,
): Promise<number[]> {
  const missing: number[] = [];
  for (let at = 0; at < length; at++) {
    const kind = statements[at]?.kind ?? 'row';
    if (kind === 'echo') continue;
    const isThere =
      kind === 'table'
        ? await database.hasTable(tableOf(word, at))
        : trace.some(({ m, s, v }) => m === word && s === at && v === version);
    if (!isThere) missing.push(at);
  }
  return missing;
}

/** What holds once the product has said that a run succeeded. */
export async function checkSuccess(world: CaseWorld): Promise<void> {
  const history = await world.database.history();
  const trace = await world.database.trace();
  for (const migration of world.scenario.migrations) {
    const row = rowOf(history, migration);
    if (migration.deleted) {
      if (!row && trace.some(({ m }) => m === migration.word))
        violated(world, `${migration.word} is applied, not recorded`);
      continue;
    }
    const missing = await missingOf(world, migration, trace, lengthOf(migration));
    if (missing.length > 0)
      violated(world, `succeeded, but statements ${missing.join(', ')} of ${migration.path} are not applied`);
    if (!row) violated(world, `succeeded, but ${migration.path} is not recorded`);
    else if (row.status !== 'succeeded' || row.inFlight)
      violated(world, `succeeded, but ${row.path} is recorded as ${row.status}${row.inFlight ? ', in flight' : ''}`);
  }
  checkOrder(world, trace);
  for (const { path } of history)
    if (
      !world.scenario.migrations.some((one) => rowOf([{ path, status: '', statementIndex: 0, inFlight: false }], one))
    )
      violated(world, `${path} is recorded and no migration of the plan`);
}

/** Statements were applied in the order of the files, and files in the order of the plan: nobody wrote in between. */
function checkOrder(world: CaseWorld, trace: readonly TraceRow[]): void {
  const words = world.scenario.migrations.filter(({ repeatable }) => !repeatable).map(({ word }) => word);
  const rows = trace.filter(({ m }) => words.includes(m));
  const places = rows.map(({ m, s }) => words.indexOf(m) * 1_000 + s);
  const wrong = places.findIndex((place, at) => at > 0 && place <= (places[at - 1] ?? 0));
  if (wrong > 0)
    violated(
      world,
      `${rows[wrong]?.m} statement ${rows[wrong]?.s} came after ${rows[wrong - 1]?.m} statement ${rows[wrong - 1]?.s}`,
    );
}

/** What must hold of the disk and the machine at the end of every case. */
export async function checkAround(world: CaseWorld, project = world.project): Promise<void> {
  await checkProcesses(world, project);
  checkSecret(world, project);
  const runs = runsOf(project).map((run) => ({ run, journal: readJournalText(project, run) }));
  for (const { run, journal } of runs) {
    if (!journal) continue;
    if (journal.damage.length > 0) violated(world, `the journal of ${run} is damaged: ${journal.damage.join('; ')}`);
  }
  if (!world.known.clockJumped && !world.known.forcedUnlock)
    checkLeases(
      world,
      runs.flatMap(({ journal }) => (journal ? [journal.events] : [])),
    );
  for (const { run } of runs) {
    const log = textOf(join(storeOf(project), 'runs', run, 'runner.log'));
    // What the machine refused is written there with its place; anything else is an error of ours.
    if (/\n\s+at .+:\d+:\d+/.test(log) && !/^\w*Error: E[A-Z]+: /m.test(log))
      violated(world, `runner.log of ${run}: ${log.slice(0, 800)}`);
  }
}

async function checkProcesses(world: CaseWorld, project: string): Promise<void> {
  const runs = runsOf(project);
  if (await until(() => markedProcesses(runs).length === 0, 6_000)) return;
  const left = markedProcesses(runs);
  violated(
    world,
    `processes are left: ${left.map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`).join('; ')}`,
  );
  for (const pid of left) signal(pid, 'SIGKILL');
}

/** The password in no form, in no file that the product has written. The author's own scripts are left out. */
function checkSecret(world: CaseWorld, project: string): void {
  const { secret } = world.backend;
  if (secret === '') return;
  const forms = secretForms(secret);
  for (const file of filesBelow(project)) {
    if (file.startsWith(join(project, 'migrations')) || file.startsWith(join(project, 'backups'))) continue;
    const text = readFileSync(file, 'latin1');
    const form = forms.find((one) => text.includes(one));
    if (form !== undefined) violated(world, `the password stands in ${file.slice(project.length + 1)} as ${form}`);
  }
}

function filesBelow(folder: string): string[] {
  const entries: Dirent[] = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // There is none.
  }
}

/** No two attempts held the lease at the same time. */
function checkLeases(world: CaseWorld, journals: readonly (readonly RunEvent[])[]): void {
  const held = journals.flatMap(intervalsOf).sort((a, b) => a.from.localeCompare(b.from));
  for (const [at, { from, who }] of held.entries()) {
    const before = held[at - 1];
    if (before && before.to > from)
      violated(world, `${before.who} held the lease until ${before.to}, ${who} from ${from}`);
  }
}

function intervalsOf(events: readonly RunEvent[]): { from: string; to: string; who: string }[] {
  const run = events.find((event) => event.type === 'run.created');
  return events
    .filter(({ type }) => type === 'lock.acquired')
    .map(({ at, attempt }) => {
      const mine = events.filter((event) => event.attempt === attempt);
      const end = mine.find(({ type }) => type === 'lock.released' || type === 'lock.lost') ?? mine.at(-1);
      return { from: at, to: end?.at ?? at, who: `${run?.type === 'run.created' ? run.run : '?'} attempt ${attempt}` };
    });
}
