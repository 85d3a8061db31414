import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { createDatabases, createProcesses, loadSqliteChild, MARKER_VARIABLE } from '../../../adapters/index.ts';
import { openSqlite } from '../../support/sqlite-file.ts';
import { apply, dist, never, newFile } from './sqlite-target.ts';

const databases = createDatabases({ sqlite: loadSqliteChild(dist) });
const marker = `expected-${process.pid}`;
const connection = (file: string) => ({ ref: 'main', backend: 'sqlite', file }) as const;
const marked = () => createProcesses().marked(marker);

const connect = async (file: string, notices: string[] = []) => {
  const onNotice = ({ message }: { readonly message: string }) => void notices.push(message);
  const connected = await databases.connect(
    connection(file),
    { mode: 'read-write', timeoutMs: 10_000, marker, onNotice },
    never,
  );
  if (connected.type !== 'connected') throw new Error(connected.message);
  return connected.session;
};

afterEach(() => databases.unexpect?.(marker));

async function expectedProcess(file: string): Promise<number> {
  databases.expect?.(connection(file), marker);
  await expect.poll(marked, { timeout: 10_000 }).toHaveLength(1);
  return (await marked())[0] as number;
}

it('starts the process that the session is then served by, once', async () => {
  const file = newFile();
  const pid = await expectedProcess(file);
  databases.expect?.(connection(file), marker);
  const session = await connect(file);
  expect(await marked()).toEqual([pid]);
  expect(await session.countObjects(never)).toEqual({ type: 'done', value: 0 });
  await session.close();
  expect(await marked()).toEqual([]);
});

it('is replaced where the process was ended while it waited', async () => {
  const file = newFile();
  process.kill(await expectedProcess(file), 'SIGKILL');
  await expect.poll(marked, { timeout: 10_000 }).toEqual([]);
  const session = await connect(file);
  expect(await session.countObjects(never)).toEqual({ type: 'done', value: 0 });
  await session.close();
});

it('says to the session what the database has to say', async () => {
  const file = newFile();
  const before = openSqlite(file);
  before.exec('PRAGMA foreign_keys = 0; CREATE TABLE parent (id INTEGER PRIMARY KEY)');
  before.exec('CREATE TABLE child (parent INTEGER REFERENCES parent(id)); INSERT INTO child VALUES (7)');
  before.close();
  await expectedProcess(file);
  const notices: string[] = [];
  const session = await connect(file, notices);
  await session.ensureHistory(never);
  await apply(session, '1.sql', ['ALTER TABLE child ADD COLUMN note TEXT']);
  await session.close();
  expect(notices).toEqual([expect.stringContaining('"child" → "parent" (1 row)')]);
});

it('touches no file, and leaves nobody behind where no session is asked for', async () => {
  const file = newFile();
  await expectedProcess(file);
  await databases.unexpect?.(marker);
  expect(await marked()).toEqual([]);
  expect(readdirSync(file.slice(0, file.lastIndexOf('/')))).toEqual([]);
});

it('carries the marker of its run', async () => {
  const pid = await expectedProcess(newFile());
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain(`${MARKER_VARIABLE}=${marker}`);
});
