import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcesses, ensureStore, openHistory, openJournal, runFolder } from '../../adapters/index.ts';
import { runId } from '../../core/index.ts';
import { attemptStarted, created, eventWriter, migrated } from '../core/history/sample-events.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import type { CaseResult } from './run-case.ts';

/** What one of the processes has to do. */
export interface FoldShare {
  readonly project: string;
  readonly wasm: string;
  readonly name: string;
  readonly runs: number;
}

/** Writes the journals of so many runs and folds them into the history, twice a run, as runners do that end at the same time. */
export async function foldShare({ project, wasm, name, runs }: FoldShare): Promise<void> {
  const processes = createProcesses();
  const history = openHistory({ project, wasm, processes });
  await ensureStore(project);
  for (let n = 0; n < runs; n++) {
    const id = runId(`20260205-${String(120_000 + n)}-fold0${name}`);
    const opened = await openJournal(runFolder(project, id), processes);
    if (opened.type === 'busy') throw new Error(`Somebody else writes the journal of ${id}.`);
    const event = eventWriter();
    for (const body of [created(id), attemptStarted(), migrated('first', 'success', `migrations/${name}-${n}.sql`)])
      await opened.journal.append(event(body));
    await history.sync();
    await opened.journal.append(event({ type: 'run.finished', outcome: 'succeeded' }));
    await opened.journal.close();
    const synced = await history.sync();
    if (synced.type === 'synced' && synced.problems.length > 0) throw new Error(JSON.stringify(synced.problems));
  }
  await history.close();
}

/** Two processes fold runs into one history at the same time; nothing is lost. `start` runs a share in a process of its own. */
export async function twoFolders(
  runs: number,
  wasm: string,
  start: (share: FoldShare) => Promise<number>,
): Promise<CaseResult> {
  const began = performance.now();
  const project = mkdtempSync(join(realpathSync(tmpdir()), 'srd-camp-'));
  const violations: string[] = [];
  try {
    await ensureStore(project);
    const half = runs / 2;
    const codes = await Promise.all(['a', 'b'].map((name) => start({ project, wasm, name, runs: half })));
    if (codes.some((code) => code !== 0)) violations.push(`the processes ended with ${codes.join(' and ')}`);
    const file = join(project, '.srdeploy/history.sqlite');
    const found = (sql: string) => Object.values(rowsIn(file, sql)[0] ?? {})[0];
    const counts: Readonly<Record<string, unknown>> = {
      runs: found("SELECT count(*) FROM runs WHERE outcome = 'succeeded'"),
      attempts: found('SELECT count(*) FROM migration_attempts'),
      current: found('SELECT count(*) FROM migration_history'),
    };
    for (const [name, count] of Object.entries(counts))
      if (count !== runs) violations.push(`${name} of ${runs} runs: ${count}`);
    const integrity = found('PRAGMA integrity_check');
    if (integrity !== 'ok') violations.push(`integrity_check: ${integrity}`);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
  const ms = Math.round(performance.now() - began);
  const story = [`${runs} runs folded by two processes at once`];
  return { seed: 0, backend: 'history', attempts: 0, injected: { 'runs folded by two': runs }, violations, story, ms };
}
