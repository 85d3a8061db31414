import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import {
  createProcesses,
  ensureStore,
  type MirroredTarget,
  openHistory,
  openJournal,
  runFolder,
} from '../../../adapters/index.ts';
import { type RunId, runId, targetId } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter } from '../../core/history/sample-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const wasm = resolve(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');
const processes = createProcesses();

const target = (id: string, more: Partial<MirroredTarget> = {}): MirroredTarget => ({
  id: targetId(id),
  type: undefined,
  provider: undefined,
  host: undefined,
  region: undefined,
  ...more,
});

async function rowsOf(project: string) {
  const { Database } = await initSqlJs({ locateFile: () => wasm });
  const database = new Database(await readFile(join(project, '.srdeploy/history.sqlite')));
  const sql = 'SELECT p.name, t.target_name, t.target_type, t.provider, t.host, t.region FROM deployment_targets t';
  try {
    return database.exec(`${sql} JOIN projects p ON p.id = t.project_id ORDER BY t.id`)[0]?.values ?? [];
  } finally {
    database.close();
  }
}

/** A run of the project "shop" on staging, as its journal tells it. */
async function writeRun(project: string, run: RunId): Promise<void> {
  const opened = await openJournal(runFolder(project, run), processes);
  if (opened.type === 'busy') throw new Error('busy');
  const event = eventWriter();
  for (const body of [created(run), attemptStarted()]) await opened.journal.append(event(body, 1));
  await opened.journal.close();
}

describe('the table of targets', () => {
  it('says what the config says, one row a target, whatever its type was before', async () => {
    const project = await temporaryFolder();
    await ensureStore(project);
    const history = openHistory({ project, wasm, processes });
    await history.mirrorTargets('shop', [
      target('live', { type: 'database', provider: 'aws', host: 'h', region: 'eu' }),
      target('local'),
    ]);
    expect(await rowsOf(project)).toEqual([
      ['shop', 'live', 'database', 'aws', 'h', 'eu'],
      ['shop', 'local', 'database', null, null, null],
    ]);
    await history.mirrorTargets('shop', [target('live', { type: 'edge_function' })]);
    expect(await rowsOf(project)).toEqual([['shop', 'live', 'edge_function', null, null, null]]);
    await history.close();
  });

  it('keeps the row of a target that something was deployed to, and gets no second one from its next run', async () => {
    const project = await temporaryFolder();
    await ensureStore(project);
    const history = openHistory({ project, wasm, processes });
    await history.mirrorTargets('shop', [target('staging', { type: 'edge_function' })]);
    await writeRun(project, runId('20260205-120000-aaaaaa'));
    await history.sync();
    expect(await rowsOf(project)).toEqual([['shop', 'staging', 'edge_function', null, null, null]]);
    await history.mirrorTargets('shop', []);
    expect(await rowsOf(project)).toEqual([['shop', 'staging', 'edge_function', null, null, null]]);
    await history.close();
  });

  it('is written once: the same again saves nothing, and another project is left alone', async () => {
    const project = await temporaryFolder();
    await ensureStore(project);
    const history = openHistory({ project, wasm, processes });
    expect(await history.mirrorTargets('shop', [target('live')])).toMatchObject({ type: 'synced', saved: true });
    expect(await history.mirrorTargets('shop', [target('live')])).toMatchObject({ type: 'synced', saved: false });
    await history.mirrorTargets('other', [target('mine')]);
    expect((await rowsOf(project)).map(([name, id]) => [name, id])).toEqual([
      ['shop', 'live'],
      ['other', 'mine'],
    ]);
    await history.close();
  });
});
