import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { srdeploy } from '../support/srdeploy.ts';

const folder = mkdtempSync(join(tmpdir(), 'srdeploy-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a process that ends before its command has come to an end is no success', async () => {
  const preload = join(folder, 'never.cjs');
  // Whatever the command waits for, nothing keeps the process alive for it.
  writeFileSync(preload, "require('node:fs/promises').readdir = () => new Promise(() => {});");
  writeFileSync(join(folder, 'deploy-config.json'), '{}');
  const ended = await srdeploy(['runs', 'list'], { cwd: folder, env: { NODE_OPTIONS: `--require ${preload}` } });
  expect([ended.code, ended.stdout]).toEqual([1, '']);
});
