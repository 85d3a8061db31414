import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { migrationProject } from '../support/migration-project.ts';
import { rowsIn } from '../support/sqlite-file.ts';

const dist = resolve(import.meta.dirname, '../../dist');

it('saves what the journals say when it is asked to finish, and ends', async () => {
  const project = await migrationProject({ 'V1__a.sql': 'CREATE TABLE a (x integer);' });
  expect((await project.apply()).code).toBe(0);
  const index = join(project.folder, '.srdeploy/history.sqlite');
  await rm(index);
  const thread = new Worker(join(dist, 'indexer.js'), { workerData: { project: project.folder, dist } });
  const ended = new Promise<number>((done) => thread.once('exit', done));
  await new Promise((done) => thread.once('online', done));
  // A run that ends while the thread is there.
  await writeFile(join(project.folder, 'm/V2__b.sql'), 'CREATE TABLE b (x integer);');
  expect((await project.apply()).code).toBe(0);
  await rm(index);
  const answer = new Promise((done) => thread.once('message', done));
  thread.postMessage('finish');
  expect(await answer).toMatchObject({ type: 'synced' });
  expect(await ended).toBe(0);
  expect(rowsIn(index, 'SELECT migration_file, status FROM migration_history ORDER BY migration_file')).toEqual([
    { migration_file: 'm/V1__a.sql', status: 'success' },
    { migration_file: 'm/V2__b.sql', status: 'success' },
  ]);
  await project.remove();
});
