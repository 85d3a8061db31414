import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TargetChange, targetId } from '../../core/index.ts';
import type { ChangeTargetReply } from '../../protocol/index.ts';
import { srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

const runner = resolve('dist/runner.js');
const config = `{
  // Where it goes.
  "connections": { "db": { "backend": "sqlite", "file": "data.db" } },
  "targets": { "dev": { "connection_ref": "db" } }
}
`;

describe('the runner that changes a target for a window', () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await testProject({}, { 'deploy-config.json': config });
  });
  afterEach(() => project.remove());

  async function change(asked: TargetChange): Promise<{ code: number; reply: ChangeTargetReply }> {
    const child = spawn(process.execPath, [runner, 'target'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(`${JSON.stringify({ v: 1, project: project.folder, change: asked, by: 'dana@here' })}\n`);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return { code, reply: JSON.parse(said) };
  }
  const id = targetId('live');

  it('adds one as the command line does, and keeps the comments of the config', async () => {
    const set = [
      { path: ['kind'], value: 'production' },
      { path: ['connection_ref'], value: 'db' },
    ];
    expect(await change({ type: 'add', id, set })).toEqual({
      code: 0,
      reply: { type: 'done', file: 'deploy-config.json', outcome: 'changed', production: true },
    });
    expect(await project.read('deploy-config.json')).toContain('// Where it goes.');
    const { json } = await srdeployJson<{ target: object }>(['target', 'show', 'live'], { cwd: project.folder });
    expect(json.target).toMatchObject({ id: 'live', production: true });
    const audit = await srdeployJson<{ records: readonly object[] }>(['audit', 'list'], { cwd: project.folder });
    expect(JSON.stringify(audit.json)).toContain('target.added');
  });

  it('says why it refuses, with the code and the exit code of the command line', async () => {
    const { code, reply } = await change({ type: 'remove', id });
    expect([code, reply.type]).toEqual([7, 'refused']);
    expect(reply).toMatchObject({ error: { message: expect.stringContaining('live') } });
    expect(await project.read('deploy-config.json')).toBe(config);
  });
});

describe('the command line that the extension brings along', () => {
  it('does what srdeploy does, from the one file of the runner', async () => {
    const project = await testProject({}, { 'deploy-config.json': config });
    const child = spawn(process.execPath, [runner, 'cli', 'target', 'list', '--json'], { cwd: project.folder });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const { json } = await srdeployJson(['target', 'list'], { cwd: project.folder });
    expect([code, JSON.parse(said)]).toEqual([0, json]);
    await project.remove();
  });
});
