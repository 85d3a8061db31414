import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver/node';
import { exampleScripts, exampleText } from '../fixtures/plans/mistakes.ts';
import { type ServerUnderTest, spawnServer } from './spawn-server.ts';

let project: string;
let server: ServerUnderTest | undefined;
const file = (path: string, text: string) => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
};
const uriOf = (path: string) => pathToFileURL(join(project, path)).href;
/** The example as a plan of its own. */
const own = exampleText.replace(/"plan_id": ".*"/, '"plan_id": "11111111-1111-4111-8111-111111111111"');
const twice = own.replace('"step_2"', '"step_1"');
const broken = 'deployments/broken.srdeploy';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'srdeploy-closed-'));
  for (const script of exampleScripts) file(script, 'SELECT 1;');
  file('deployments/good.srdeploy', exampleText);
  file(broken, twice);
  // Neither is seen: not even their ids, which they share with the one above.
  file('node_modules/x/hidden.srdeploy', twice);
  file('vendor/hidden.srdeploy', twice);
  file('deploy-config.json', '{ "connections": { "conn_staging": { "backend": "sqlite", "file": "x.db" } } }');
});
afterEach(async () => {
  expect(await server?.stop()).toBe(0);
  server = undefined;
  rmSync(project, { recursive: true });
});

const start = async (scope: 'workspace' | 'open') => {
  server = await spawnServer(project, undefined, { scope, exclude: ['**/vendor'] });
  return server;
};
/** The documents of which problems stand, as an editor shows them. */
const standing = ({ published }: ServerUnderTest) => {
  const latest = new Map(published.map(({ uri, diagnostics }) => [uri, diagnostics.length]));
  return [...latest].flatMap(([uri, count]) => (count > 0 ? [uri] : []));
};
const changed = (running: ServerUnderTest, path: string, type: FileChangeType) =>
  running.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
    changes: [{ uri: uriOf(path), type }],
  });

describe('documents that nobody has open', () => {
  it('have their problems told, but not those in folders that are left out', async () => {
    const running = await start('workspace');
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
  });

  it('have them taken back when they are mended or deleted on disk', async () => {
    const running = await start('workspace');
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
    file(broken, own);
    await changed(running, broken, FileChangeType.Changed);
    await expect.poll(() => standing(running)).toEqual([]);
    file(broken, twice);
    await changed(running, broken, FileChangeType.Changed);
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
    rmSync(join(project, broken));
    await changed(running, broken, FileChangeType.Deleted);
    await expect.poll(() => standing(running)).toEqual([]);
  });

  it('speak for themselves while they are open, and are judged from disk again afterwards', async () => {
    const running = await start('workspace');
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
    const uri = await running.open(join(project, broken), own);
    await expect.poll(() => standing(running)).toEqual([]);
    await running.close(uri);
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
  });

  it('learn that another plan has their id, and that it has one of its own now', async () => {
    const running = await start('workspace');
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
    file(broken, exampleText);
    await changed(running, broken, FileChangeType.Changed);
    const both = [uriOf(broken), uriOf('deployments/good.srdeploy')];
    await expect.poll(() => standing(running).sort()).toEqual(both);
    file(broken, own);
    await changed(running, broken, FileChangeType.Changed);
    await expect.poll(() => standing(running)).toEqual([]);
  });

  it('learn of a script that is gone', async () => {
    const running = await start('workspace');
    await expect.poll(() => standing(running)).toEqual([uriOf(broken)]);
    const [script = ''] = exampleScripts;
    rmSync(join(project, script));
    await changed(running, script, FileChangeType.Deleted);
    await expect.poll(() => standing(running).sort()).toEqual([uriOf(broken), uriOf('deployments/good.srdeploy')]);
  });

  it('are left alone where only open documents are asked for', async () => {
    const running = await start('open');
    const uri = await running.open(join(project, 'deployments/new.srdeploy'), twice);
    await expect.poll(() => standing(running)).toEqual([uri]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(standing(running)).toEqual([uri]);
  });
});
