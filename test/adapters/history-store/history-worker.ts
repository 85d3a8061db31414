// Run as a process of its own. `work`: writes the journals of so many runs and syncs after each, then says what was synced.
// `save`: syncs for ever, each time with one more event, and says each one, until it is killed.
import {
  createProcesses,
  ensureStore,
  openHistory,
  openJournal,
  runFolder,
  type SyncResult,
} from '../../../adapters/index.ts';
import { type RunId, runId } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter, migrated, output } from '../../core/history/sample-events.ts';

const [mode, project, wasm, name, count] = process.argv.slice(2) as [string, string, string, string, string];
const processes = createProcesses();
const history = openHistory({ project, wasm, processes });

async function journalOf(run: RunId) {
  const opened = await openJournal(runFolder(project, run), processes);
  if (opened.type === 'busy') throw new Error(`busy: ${opened.holder.pid}`);
  return opened.journal;
}

async function work(): Promise<void> {
  const results: SyncResult[] = [];
  for (let n = 0; n < Number(count); n += 1) {
    const run = runId(`20260205-1200${String(n).padStart(2, '0')}-worke${name}`);
    const journal = await journalOf(run);
    const event = eventWriter();
    const file = `migrations/${name}-${n}.sql`;
    for (const body of [created(run), attemptStarted(), migrated('first', 'success', file)])
      await journal.append(event(body));
    results.push(await history.sync());
    await journal.append(event({ type: 'run.finished', outcome: 'succeeded' }));
    await journal.close();
    results.push(await history.sync());
  }
  console.log(JSON.stringify(results));
  process.disconnect();
}

async function save(): Promise<void> {
  const journal = await journalOf(runId(`20260205-130000-${name}`));
  const event = eventWriter(undefined, journal.lastSeq);
  if (journal.lastSeq === 0) await journal.append(event(created(runId(`20260205-130000-${name}`))));
  for (;;) {
    const migration = event(migrated('first', 'success', `migrations/${journal.lastSeq}.sql`));
    await journal.append(migration);
    await journal.append(event(output('first', 'x'.repeat(1_000))));
    const result = await history.sync();
    if (result.type !== 'synced' || result.problems.length > 0) throw new Error(JSON.stringify(result));
    process.send?.(migration.seq);
  }
}

async function main(): Promise<void> {
  await ensureStore(project);
  await (mode === 'work' ? work() : save());
}

void main(); // A rejection ends the process with a code and its reason, which the test sees.
