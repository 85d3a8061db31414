import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ErrorAnswer, type MigrationProject, migrationProject } from '../support/migration-project.ts';
import type { RunAnswer } from '../support/srdeploy.ts';

let project: MigrationProject;
beforeEach(async () => {
  project = await migrationProject({
    'V1__a.sql': 'CREATE TABLE a (x integer);\n',
    'V2__b.sql': 'CREATE TABLE b (x integer);\n',
    'R__view.sql': 'CREATE VIEW IF NOT EXISTS v AS SELECT 1;\n',
  });
  await project.apply();
});
afterEach(() => project.remove());

const write = (name: string, text: string) => writeFile(join(project.folder, 'm', name), text);
const apply = () => project.json<RunAnswer & ErrorAnswer>('migration', 'apply', 'm', '--target', 'dev');
const runs = async () => (await project.json<{ runs: unknown[] }>('runs', 'list')).json.runs.length;

describe('a folder of which everything is applied', () => {
  it('needs no run, and says so in text and in JSON', async () => {
    expect((await project.apply()).stdout).toBe('Nothing to do on dev: 3 migrations are applied.\n');
    expect(await apply()).toMatchObject({ code: 0, json: { v: 1, run: null, target: 'dev', migrations: 3 } });
    expect(await runs()).toBe(1);
  });

  it('is the same folder with other line ends and comments', async () => {
    await write('V1__a.sql', 'CREATE TABLE a (x integer);\r\n');
    await write('V2__b.sql', '-- a comment\nCREATE TABLE b (x integer);\n');
    expect(await apply()).toMatchObject({ code: 0, json: { run: null, migrations: 3 } });
    expect(await runs()).toBe(1);
  });

  it('is looked at closely as soon as a file is new, mended, renamed, gone or refused', async () => {
    await write('V1__a.sql', 'CREATE TABLE a (y integer);\n');
    expect(await apply()).toMatchObject({ code: 7, json: { error: { problems: [{ code: 'MIGRATION_CHANGED' }] } } });
    await write('V1__a.sql', 'CREATE TABLE a (x integer);\n');
    await write('V3__c.sql', 'CREATE TABLE c (x integer);\n');
    expect(await apply()).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    await write('R__view.sql', 'CREATE VIEW IF NOT EXISTS v AS SELECT 2;\n');
    expect(await apply()).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    await rm(join(project.folder, 'm/V3__c.sql'));
    await write('V3__other.sql', 'CREATE TABLE c (x integer);\n');
    expect(await apply()).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    expect((await apply()).json.run).toBeNull();
  });

  it('is not taken for applied where its database is another one', async () => {
    await rm(join(project.folder, 'data.db'));
    expect(await apply()).toMatchObject({ code: 0, json: { run: { status: 'succeeded' } } });
    await writeFile(join(project.folder, 'data.db'), 'no database');
    const refused = await apply();
    expect(refused.code).not.toBe(0);
    expect(refused.json.error.message).toContain('data.db');
  });
});
