import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createProjectFiles } from '../../../adapters/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'srd-remembers-'));
const file = join(folder, 'a.sql');
/** A whole second. */
const minuteAgo = () => Math.floor(Date.now() / 1_000 - 60) * 1_000;

it('reads a file again that was changed, however like the one before it looks', async () => {
  const files = createProjectFiles(folder, { remembers: true });
  writeFileSync(file, 'SELECT 1;');
  const past = new Date(minuteAgo() + 123);
  utimesSync(file, past, past);
  await delay(200); // Younger files are always read.
  const first = await files.readText('a.sql');
  expect(first).toEqual({ type: 'found', text: 'SELECT 1;' });
  // The very same answer: it was not read again.
  expect(await files.readText('a.sql')).toBe(first);
  // As long, and as old as the one before says.
  writeFileSync(file, 'SELECT 2;');
  utimesSync(file, past, past);
  expect(await files.readText('a.sql')).toEqual({ type: 'found', text: 'SELECT 2;' });
});

it('reads a young file each time', async () => {
  const files = createProjectFiles(folder, { remembers: true });
  writeFileSync(file, 'SELECT 3;');
  const soon = new Date(Date.now() + 60_000);
  utimesSync(file, soon, soon);
  const first = await files.readText('a.sql');
  expect(await files.readText('a.sql')).not.toBe(first);
});

it('takes a file for young for longer where its file system counts in whole seconds', async () => {
  const files = createProjectFiles(folder, { remembers: true });
  writeFileSync(file, 'SELECT 4;');
  const past = new Date(minuteAgo());
  utimesSync(file, past, past);
  await delay(200);
  const first = await files.readText('a.sql');
  expect(await files.readText('a.sql')).not.toBe(first);
  await delay(2_000);
  const later = await files.readText('a.sql');
  expect(await files.readText('a.sql')).toBe(later);
});
