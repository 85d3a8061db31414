import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { findPgDump } from '../../../adapters/postgresql/find-pg-dump.ts';

it('takes the pg_dump of the server, else the one on PATH, else the newest, else none', async () => {
  const root = mkdtempSync(join(tmpdir(), 'srd-find-'));
  const versions = join(root, 'versions');
  const onPath = program(join(root, 'path'));
  const path = [join(root, 'nowhere'), join(root, 'path')].join(delimiter);
  expect(await findPgDump(16, join(root, 'nowhere'), versions)).toBe(undefined);
  const [nine, sixteen] = [program(join(versions, '9/bin')), program(join(versions, '16/bin'))];
  expect(await findPgDump(16, path, versions)).toBe(sixteen);
  expect(await findPgDump(17, path, versions)).toBe(onPath);
  expect(await findPgDump(17, '', versions)).toBe(sixteen);
  expect(await findPgDump(9, path, versions)).toBe(nine);
});

function program(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'pg_dump');
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}
