import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcesses, ensureStore, openHistory, openJournal, runFolder } from '../../../adapters/index.ts';
import { type RunEventBody, type RunId, runId, targetId } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter, finished, migrated } from '../../core/history/sample-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const wasm = resolve(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');
const processes = createProcesses();
const staging = targetId('staging');
const [first, second, third] = ['a', 'b', 'c'].map((c, n) => runId(`2026020${n + 1}-120000-${c.repeat(6)}`)) as [
  RunId,
  RunId,
  RunId,
];
const open = (project: string) => openHistory({ project, wasm, processes });
const inStore = (project: string, ...path: string[]) => join(project, '.srdeploy', ...path);

async function write(project: string, run: RunId, file: string): Promise<void> {
  const opened = await openJournal(runFolder(project, run), processes);
  if (opened.type === 'busy') throw new Error('busy');
  const day = `${run.slice(0, 4)}-${run.slice(4, 6)}-${run.slice(6, 8)}`;
  const event = eventWriter(`${day}T12:00:00.000Z`);
  const bodies: readonly RunEventBody[] = [
    created(run),
    attemptStarted(),
    migrated('first', 'success', file),
    finished('backup'),
    { type: 'run.finished', outcome: 'succeeded' },
  ];
  for (const body of bodies) await opened.journal.append(event(body));
  await opened.journal.close();
}

async function threeRuns(): Promise<string> {
  const project = await temporaryFolder();
  await ensureStore(project);
  await write(project, first, 'm/V1.sql');
  await write(project, second, 'm/V2.sql');
  await write(project, third, 'm/V1.sql');
  return project;
}

/** What the history says of migrations: it must be the same whatever was pruned. */
async function said(project: string) {
  const history = open(project);
  const attempts = await history.migrationAttempts(staging, 100);
  const view = await history.migrationHistory(staging, 100);
  const runs = (await history.runs(100)).map(({ id }) => id);
  await history.close();
  return { migrations: { attempts, view }, runs };
}

async function prune(project: string, ...runs: readonly RunId[]) {
  const history = open(project);
  try {
    return await history.prune(async () => runs);
  } finally {
    await history.close();
  }
}

describe('pruning', () => {
  it('removes folders and rows of runs and keeps what they said of migrations', async () => {
    const project = await threeRuns();
    const before = await said(project);
    expect(await prune(project, first, second)).toEqual({ type: 'pruned', pruned: [second, first] });
    expect(await readdir(inStore(project, 'runs'))).toEqual([third]);
    expect(await readdir(inStore(project, 'trash'))).toEqual([]);
    expect(await said(project)).toEqual({ migrations: before.migrations, runs: [third] });
  });

  it('keeps it when the index is lost, is garbage, or is a copy from before', async () => {
    const project = await threeRuns();
    const { migrations } = await said(project);
    const history = open(project);
    await history.sync();
    await history.close();
    const file = inStore(project, 'history.sqlite');
    await copyFile(file, `${file}.old`);
    await prune(project, first, second);
    await rm(file);
    expect(await said(project)).toEqual({ migrations, runs: [third] });
    await writeFile(file, 'garbage');
    expect(await said(project)).toEqual({ migrations, runs: [third] });
    await rename(`${file}.old`, file);
    expect((await said(project)).migrations).toEqual(migrations);
    expect(await prune(project)).toEqual({ type: 'pruned', pruned: [] });
    expect(await said(project)).toEqual({ migrations, runs: [third] });
  });

  it('leaves a run alone whose journal is damaged or that somebody writes', async () => {
    const project = await threeRuns();
    const journal = join(runFolder(project, first), 'events.jsonl');
    await writeFile(journal, (await readFile(journal, 'utf8')).replace('"seq":3', '"seq":4'));
    const writer = await openJournal(runFolder(project, second), processes);
    expect(await prune(project, first, second)).toEqual({ type: 'pruned', pruned: [] });
    if (writer.type === 'open') await writer.journal.close();
    expect(await prune(project, first, second)).toEqual({ type: 'pruned', pruned: [second] });
    expect((await said(project)).runs).toEqual([third, first]);
  });

  it('loses nothing where a process died after it wrote down what is kept, or after the folders went', async () => {
    const project = await threeRuns();
    const { migrations } = await said(project);
    await prune(project);
    const history = open(project);
    await history.sync();
    await history.close();
    const file = inStore(project, 'history.sqlite');
    await copyFile(file, `${file}.before`);
    await prune(project, first);
    await mkdir(inStore(project, 'trash', first));
    await rename(`${file}.before`, file); // The folders are gone, the rows are not.
    expect((await said(project)).migrations).toEqual(migrations);
    expect(await prune(project)).toEqual({ type: 'pruned', pruned: [] });
    expect(await said(project)).toEqual({ migrations, runs: [third, second] });
    expect(await readdir(inStore(project, 'trash'))).toEqual([]);
    await write(project, first, 'm/V1.sql'); // What is kept is written down, the folder is still there.
    expect((await said(project)).migrations).toEqual(migrations);
    expect(await prune(project, first)).toEqual({ type: 'pruned', pruned: [first] });
    expect(await said(project)).toEqual({ migrations, runs: [third, second] });
  });

  it('keeps what is left readable by this user alone', async () => {
    const project = await threeRuns();
    await prune(project, first);
    expect((await stat(inStore(project, 'pruned-runs.jsonl'))).mode & 0o777).toBe(0o600);
  });
});
