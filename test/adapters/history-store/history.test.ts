import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createProcesses,
  ensureStore,
  journalFile,
  openHistory,
  openJournal,
  runFolder,
} from '../../../adapters/index.ts';
import { digest, foldRun, type RunEventBody, type RunId, runId, targetId } from '../../../core/index.ts';
import {
  attemptStarted,
  created,
  eventWriter,
  finished,
  migrated,
  output,
  sampleRun,
} from '../../core/history/sample-events.ts';
import { bundledScript, messageOf, outputOf, startScript } from '../../support/bundled-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const wasm = resolve(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');
const processes = createProcesses();
const staging = targetId('staging');
const fileIn = (project: string): string => join(project, '.srdeploy/history.sqlite');

let worker: string;
beforeAll(async () => {
  worker = await bundledScript('adapters/history-store/history-worker.ts');
});

async function newProject(): Promise<string> {
  const project = await temporaryFolder();
  await ensureStore(project);
  return project;
}

/** Appends an attempt to the journal of a run, as a runner does. */
async function write(project: string, run: RunId, bodies: readonly RunEventBody[], attempt = 1, start?: string) {
  const opened = await openJournal(runFolder(project, run), processes);
  if (opened.type === 'busy') throw new Error('busy');
  const event = eventWriter(start, opened.journal.lastSeq);
  for (const body of bodies) await opened.journal.append(event(body, attempt));
  await opened.journal.close();
}

async function query(project: string, sql: string) {
  const { Database } = await initSqlJs({ locateFile: () => wasm });
  const database = new Database(await readFile(fileIn(project)));
  try {
    return database.exec(sql)[0]?.values ?? [];
  } finally {
    database.close();
  }
}

const open = (project: string) => openHistory({ project, wasm, processes });
const second = runId('20260206-120000-bbbbbb');
const whole = (run: RunId): readonly RunEventBody[] => [
  created(run),
  attemptStarted(),
  migrated('first'),
  finished('backup'),
  { type: 'run.finished', outcome: 'succeeded' },
];

describe('the history of a project', () => {
  it('is empty where nothing was run, and asking makes no file', async () => {
    const project = await newProject();
    const history = open(project);
    expect(await history.runs(10)).toEqual([]);
    expect(await history.run(sampleRun)).toBeUndefined();
    expect(await history.migrationHistory(staging, 10)).toEqual([]);
    await expect(stat(fileIn(project))).rejects.toThrow('ENOENT');
    await history.close();
  });

  it('shows what the journals say before anything was saved, and the same after', async () => {
    const project = await newProject();
    await write(project, sampleRun, whole(sampleRun));
    await write(project, second, [created(second), attemptStarted(), output('first', 'x')]);
    const history = open(project);
    const before = await history.runs(10);
    expect(before.map(({ id, end, lastSeq }) => [id, end.type, lastSeq])).toEqual([
      [second, 'open', 3],
      [sampleRun, 'finished', 5],
    ]);
    expect(await history.sync()).toMatchObject({ type: 'synced', saved: true, rebuilt: undefined, problems: [] });
    const other = open(project);
    expect(await other.runs(10)).toEqual(JSON.parse(JSON.stringify(before)));
    expect(await other.runs(1)).toMatchObject([{ id: second }]);
    expect(await other.run(sampleRun)).toMatchObject({ planName: 'Shop', end: { outcome: 'succeeded' } });
    expect((await stat(fileIn(project))).mode & 0o777).toBe(0o600);
    await Promise.all([history.close(), other.close()]);
  });

  it('is the same record as the journal folded at once, however often it was synced in between', async () => {
    const project = await newProject();
    const history = open(project);
    const event = eventWriter();
    const opened = await openJournal(runFolder(project, sampleRun), processes);
    if (opened.type === 'busy') throw new Error('busy');
    const events = [...whole(sampleRun), attemptStarted('bob'), migrated('second', 'failed')].map((body) =>
      event(body),
    );
    for (const one of events) {
      await opened.journal.append(one);
      expect(await history.sync()).toMatchObject({ events: 1, saved: true });
    }
    await opened.journal.close();
    expect(await history.sync()).toMatchObject({ events: 0, saved: false });
    expect(await history.run(sampleRun)).toEqual(JSON.parse(JSON.stringify(foldRun(events))));
    await history.close();
  });

  it('keeps the tables of the specification, with foreign keys that hold', async () => {
    const project = await newProject();
    await write(project, sampleRun, whole(sampleRun));
    const history = open(project);
    await history.sync();
    await history.close();
    const columns = await query(
      project,
      "SELECT name, type, [notnull], dflt_value, pk FROM pragma_table_info('migration_history')",
    );
    expect(columns).toEqual([
      ['id', 'INTEGER', 0, null, 1],
      ['project_id', 'INTEGER', 1, null, 0],
      ['target_name', 'TEXT', 1, null, 0],
      ['migration_file', 'TEXT', 1, null, 0],
      ['migration_checksum', 'TEXT', 1, null, 0],
      ['applied_at', 'TEXT', 1, "datetime('now')", 0],
      ['applied_by', 'TEXT', 0, null, 0],
      ['execution_time_ms', 'INTEGER', 0, null, 0],
      ['status', 'TEXT', 1, "'success'", 0],
      ['error_message', 'TEXT', 0, null, 0],
    ]);
    expect(
      await query(project, "SELECT [table], [from], [to] FROM pragma_foreign_key_list('migration_history')"),
    ).toEqual([['projects', 'project_id', 'id']]);
    expect(
      await query(project, "SELECT name, [unique] FROM pragma_index_list('migration_history') ORDER BY 1"),
    ).toEqual([
      ['idx_migration_history_project_target', 0],
      ['idx_migration_history_status', 0],
      ['sqlite_autoindex_migration_history_1', 1],
    ]);
    expect(await query(project, "SELECT name FROM pragma_table_info('projects')")).toContainEqual([
      'deployment_config',
    ]);
    expect(
      await query(
        project,
        'SELECT p.name, t.target_name FROM deployment_targets t JOIN projects p ON p.id = t.project_id',
      ),
    ).toEqual([['shop', 'staging']]);
    expect(await query(project, 'SELECT status, attempts FROM run_operations ORDER BY position')).toEqual([
      ['pending', 0],
      ['succeeded', 0],
      ['succeeded', 0],
      ['pending', 0],
      ['pending', 0],
    ]);
    expect(await query(project, 'PRAGMA foreign_key_check')).toEqual([]);
    await expect(query(project, 'DELETE FROM migration_attempts')).rejects.toThrow('only grows');
    await expect(query(project, "UPDATE migration_attempts SET status = 'success'")).rejects.toThrow('only grows');
  });

  it('has one row a migration as it stands and every try beside it', async () => {
    const project = await newProject();
    await write(project, sampleRun, [created(), attemptStarted(), migrated('first', 'failed')]);
    await write(project, sampleRun, [attemptStarted('bob'), migrated('first'), migrated('second', 'failed')], 2);
    const history = open(project);
    expect(await history.migrationHistory(staging, 10)).toMatchObject([
      { file: 'migrations/second.sql', status: 'failed', errorMessage: 'no such table: oders', project: 'shop' },
      { file: 'migrations/first.sql', status: 'success', appliedBy: 'bob', errorMessage: undefined, executionMs: 12 },
    ]);
    expect(
      (await history.migrationAttempts(staging, 10)).map(({ file, status, attempt }) => [file, status, attempt]),
    ).toEqual([
      ['migrations/second.sql', 'failed', 2],
      ['migrations/first.sql', 'success', 2],
      ['migrations/first.sql', 'failed', 1],
    ]);
    expect(await history.migrationHistory(targetId('production'), 10)).toEqual([]);
    await history.close();
  });

  it('shows the same current view whichever run is folded first', async () => {
    const project = await newProject();
    const history = open(project);
    await write(project, sampleRun, [created(), attemptStarted(), migrated('first', 'failed')]);
    await write(project, second, [created(second), attemptStarted(), migrated('first')], 1, '2026-02-06T12:00:00.000Z');
    await write(
      project,
      sampleRun,
      [attemptStarted(), migrated('first', 'rolled_back')],
      2,
      '2026-02-07T12:00:00.000Z',
    );
    await history.sync();
    const before = await history.migrationHistory(staging, 10);
    expect(before).toMatchObject([{ status: 'rolled_back' }]);
    await rm(fileIn(project));
    expect(await history.migrationHistory(staging, 10)).toEqual(before);
    await history.close();
  });

  it('has the row of a renamed file under its new path, whichever run is folded first', async () => {
    const project = await newProject();
    const history = open(project);
    const moved = finished('first', {
      outcome: 'nothing-to-do',
      migration: {
        file: 'migrations/V1__first.sql',
        checksum: digest('b'.repeat(64)),
        status: 'success',
        executionMs: 12,
        movedFrom: 'migrations/first.sql',
      },
    });
    await write(project, second, [created(second), attemptStarted(), moved], 1, '2026-02-06T12:00:00.000Z');
    await history.sync();
    await write(project, sampleRun, [created(), attemptStarted(), migrated('first')]);
    await history.sync();
    const files = async () => (await history.migrationHistory(staging, 10)).map(({ file, status }) => [file, status]);
    expect(await files()).toEqual([['migrations/V1__first.sql', 'success']]);
    await rm(fileIn(project));
    expect(await files()).toEqual([['migrations/V1__first.sql', 'success']]);
    await write(project, sampleRun, [attemptStarted(), migrated('first')], 2, '2026-02-07T12:00:00.000Z');
    await history.sync();
    expect((await files()).map(([file]) => file)).toContain('migrations/first.sql');
    await history.close();
  });

  it('reports a damaged journal and shows the rest of it and all others', async () => {
    const project = await newProject();
    await write(project, sampleRun, [created(), attemptStarted()]);
    await appendFile(journalFile(runFolder(project, sampleRun)), 'garbage\n');
    await write(project, second, whole(second));
    await mkdir(runFolder(project, runId('20260207-120000-cccccc')));
    const headless = runId('20260208-120000-dddddd');
    await write(project, headless, [attemptStarted()]);
    const history = open(project);
    const result = await history.sync();
    expect(result.type === 'synced' && result.problems.map(({ run }) => run)).toEqual([headless, sampleRun]);
    expect(result.type === 'synced' && result.problems[1]?.message).toMatch(
      /damaged at byte \d+: The line is not a JSON object/,
    );
    expect((await history.runs(10)).map(({ id }) => id)).toEqual([second, sampleRun]);
    expect(await query(project, 'SELECT run_id FROM journal_positions WHERE damage IS NOT NULL')).toEqual([
      [sampleRun],
    ]);
    await history.close();
  });

  it('forgets what a journal has lost, also where it has grown again since', async () => {
    const project = await newProject();
    const events = [created(), attemptStarted(), migrated('first'), migrated('second')];
    await write(project, sampleRun, events);
    const history = open(project);
    await history.sync();
    const journal = journalFile(runFolder(project, sampleRun));
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, `${lines.slice(0, 3).join('\n')}\n`);
    await write(project, sampleRun, [attemptStarted(), migrated('third'), migrated('fourth')], 4);
    const files = async (one: ReturnType<typeof open>) =>
      (await one.migrationHistory(staging, 10)).map(({ file }) => file).sort();
    const left = ['migrations/first.sql', 'migrations/fourth.sql', 'migrations/third.sql'];
    expect(await files(history)).toEqual(left);
    await history.sync();
    await history.close();
    const again = open(project);
    expect(await files(again)).toEqual(left);
    expect(await query(project, 'SELECT count(*) FROM migration_attempts')).toEqual([[3]]);
    await again.close();
  });

  it('keeps a run whose journal was removed', async () => {
    const project = await newProject();
    await write(project, sampleRun, whole(sampleRun));
    const history = open(project);
    await history.sync();
    await rm(runFolder(project, sampleRun), { recursive: true });
    await history.close();
    expect(await open(project).run(sampleRun)).toMatchObject({ end: { outcome: 'succeeded' } });
  });
});

describe('a history file that cannot be used', () => {
  const damages: readonly (readonly [string, (file: string) => Promise<void>, string])[] = [
    [
      'holds something else',
      (file) => writeFile(file, 'not a database at all, just words'),
      'it is not a SQLite database',
    ],
    ['is empty', (file) => truncate(file, 0), 'it is not a SQLite database'],
    ['was cut short', (file) => truncate(file, 8192), ''],
    [
      'has a page of garbage',
      (file) => readFile(file).then((bytes) => writeFile(file, bytes.fill(0x5a, 4096, 12_288))),
      '',
    ],
    ['has a header alone', (file) => writeFile(file, 'SQLite format 3\0'), ''],
    [
      'has tables of another version',
      async (file) => {
        const { Database } = await initSqlJs({ locateFile: () => wasm });
        const database = new Database(await readFile(file));
        database.run('PRAGMA user_version = 99');
        await writeFile(file, database.export());
      },
      'its tables have version 99, not 4',
    ],
  ];

  it.each(damages)(
    'because it %s is kept aside and made anew from the journals, and that is said',
    async (_, damage, reason) => {
      const project = await newProject();
      await write(project, sampleRun, whole(sampleRun));
      const first = open(project);
      await first.sync();
      const before = await first.runs(10);
      await first.close();
      for (const n of [1, 2]) {
        await damage(fileIn(project));
        const history = open(project);
        expect(await history.runs(10)).toEqual(before);
        const result = await history.sync();
        const aside = `${fileIn(project)}.corrupt-${n}`;
        expect(result).toMatchObject({ type: 'synced', saved: true, rebuilt: { aside } });
        expect(result.type === 'synced' && result.rebuilt?.reason).toContain(reason);
        expect(await query(project, 'PRAGMA integrity_check')).toEqual([['ok']]);
        expect(await history.migrationHistory(staging, 10)).toHaveLength(1);
        expect(await history.sync()).toMatchObject({ saved: false, rebuilt: undefined });
        await stat(aside);
        await history.close();
      }
    },
  );
});

describe('a history that several processes keep', () => {
  it('loses nothing when all of them write journals and sync at once', async () => {
    const project = await newProject();
    const [workers, runs] = [6, 5];
    const children = Array.from({ length: workers }, (_, n) =>
      startScript(worker, ['work', project, wasm, String(n), String(runs)]),
    );
    const outputs = await Promise.all(children.map(outputOf));
    for (const text of outputs) {
      for (const result of JSON.parse(text)) expect(result).toMatchObject({ type: 'synced', problems: [] });
    }
    expect(await query(project, 'PRAGMA integrity_check')).toEqual([['ok']]);
    expect(await query(project, 'SELECT count(*) FROM runs')).toEqual([[workers * runs]]);
    expect(await query(project, "SELECT count(*) FROM runs WHERE outcome = 'succeeded'")).toEqual([[workers * runs]]);
    expect(await query(project, 'SELECT count(*) FROM migration_history')).toEqual([[workers * runs]]);
    expect(await query(project, 'SELECT count(*) FROM migration_attempts')).toEqual([[workers * runs]]);
    expect((await readdir(join(project, '.srdeploy'))).filter((name) => name.includes('history')).sort()).toEqual([
      'history.sqlite',
    ]);
  }, 60_000);

  it('is whole whenever one of them is killed, holds all that was synced, and lets the next in', async () => {
    const project = await newProject();
    const history = open(project);
    for (let round = 0; round < 10; round += 1) {
      const child = startScript(worker, ['save', project, wasm, 'savers']);
      let told = 0;
      child.on('message', (seq) => {
        told = Number(seq);
      });
      await messageOf(child);
      await delay(Math.random() * 40);
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(await query(project, 'PRAGMA integrity_check')).toEqual([['ok']]);
      expect(Number((await query(project, 'SELECT seq FROM journal_positions'))[0]?.[0])).toBeGreaterThanOrEqual(told);
      expect(await history.sync()).toMatchObject({ type: 'synced', rebuilt: undefined, problems: [] });
    }
    const left = (await readdir(join(project, '.srdeploy'))).filter((name) => name.endsWith('.tmp'));
    await history.close();
    expect(left.length).toBeLessThanOrEqual(1);
  }, 60_000);
});
