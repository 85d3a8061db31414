import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type ServerUnderTest, spawnServer } from '../server/spawn-server.ts';
import { cliBundle, migration, planDocument, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const faulty = () => JSON.stringify(planDocument({ steps: [migration('a', 'migrations/V1.sql')] }), undefined, 2);

/** What the server says of a plan that names a script which is not there. */
async function codesOf(server: ServerUnderTest): Promise<readonly unknown[]> {
  const text = await project.read(project.plan);
  const uri = await server.open(join(project.folder, project.plan), text);
  return (await server.nextDiagnostics(uri)).map(({ code }) => code);
}

it.each([
  ['alone', ['lsp']],
  ['with its channel named', ['lsp', '--stdio']],
])('serves an editor over standard input and output, and ends with 0 when it is asked to, %s', async (_, words) => {
  project = await testProject(faulty(), {});
  const server = await spawnServer(project.folder, ['cli.js', ...words]);
  expect(server.initialized.serverInfo?.name).toBe('srdeploy');
  expect(await codesOf(server)).toEqual(['P002']);
  expect(await server.stop()).toBe(0);
});

it('judges a deploy config by the language id that the guide names', async () => {
  project = await testProject(faulty(), {}, { groups: [{ name: 'idle' }] });
  const server = await spawnServer(project.folder, ['cli.js', 'lsp']);
  const file = join(project.folder, 'deploy-config.json');
  const uri = await server.open(file, await project.read('deploy-config.json'), 'deploy-config');
  expect((await server.nextDiagnostics(uri)).map(({ code }) => code)).toEqual(['C006']);
  expect(await server.stop()).toBe(0);
});

it('serves from the bundle that the extension brings along', async () => {
  project = await testProject(faulty(), {});
  const server = await spawnServer(project.folder, ['runner.js', 'cli', 'lsp']);
  expect(await codesOf(server)).toEqual(['P002']);
  expect(await server.stop()).toBe(0);
});

it('ends when the editor has gone without a word, and claims no success', async () => {
  project = await testProject(faulty(), {});
  const child = spawn(process.execPath, [cliBundle, 'lsp'], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([1, null]);
});
