import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetId } from '../../core/index.ts';
import { type MigrationProject, migrationProject } from '../support/migration-project.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';

const dev = targetId('dev');

describe('what the process of a window says of a folder of migrations', () => {
  let serve: ServeProcess;
  let project: MigrationProject;
  const upToDate = async () => {
    const answer = await serve.ask('up-to-date', { project: project.folder, file: 'm', target: dev, secrets: {} });
    return answer.ok ? answer.reply.migrations : answer.error;
  };
  beforeAll(async () => {
    serve = startServe();
    project = await migrationProject({ 'V1__a.sql': 'CREATE TABLE a (x integer);', 'V2__b.sql': 'SELECT 1;' });
  });
  afterAll(async () => {
    await serve.close();
    await project.remove();
  });

  it('names the targets that it can be applied to, production marked', async () => {
    expect(await serve.ask('targets', { project: project.folder })).toMatchObject({
      ok: true,
      reply: {
        targets: [
          { id: 'dev', production: false },
          { id: 'live', production: true },
        ],
      },
    });
  });

  it('is all applied only where the target has each file as it is now', async () => {
    expect(await upToDate()).toBeNull();
    expect((await project.apply()).code).toBe(0);
    expect(await upToDate()).toBe(2);
    await writeFile(join(project.folder, 'm/V2__b.sql'), 'SELECT 2;');
    expect(await upToDate()).toBeNull();
    await writeFile(join(project.folder, 'm/V2__b.sql'), 'SELECT 1;');
    expect(await upToDate()).toBe(2);
    await writeFile(join(project.folder, 'm/V3__c.sql'), 'SELECT 3;');
    expect(await upToDate()).toBeNull();
    await project.delete('m/V3__c.sql');
    expect(await upToDate()).toBe(2);
  });

  it('asks for the secrets of the target’s connection, and of a target that is not there says what a plan says', async () => {
    const server = { backend: 'postgresql', host: '127.0.0.1', database: 'x' };
    const other = await migrationProject(
      { 'V1__a.sql': 'SELECT 1;' },
      { ...server, username: `${'$'}{env:NOBODY}`, password: `${'$'}{secret:DB}` },
    );
    const asked = { project: other.folder, file: 'm' };
    expect(await serve.ask('required-secrets', { ...asked, target: dev })).toEqual(
      expect.objectContaining({ ok: true, reply: { secrets: ['DB'] } }),
    );
    const missing = await serve.ask('required-secrets', { ...asked, target: targetId('nowhere') });
    expect(missing).toMatchObject({ ok: false, error: { message: expect.stringContaining('nowhere') } });
    await other.remove();
  });
});
