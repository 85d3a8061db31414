import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type MigrationProject, migrationProject } from '../support/migration-project.ts';
import { openSqlite, rowsIn } from '../support/sqlite-file.ts';
import type { RunAnswer } from '../support/srdeploy.ts';

let project: MigrationProject;
afterEach(() => project.remove());

const files = {
  'V1__a.sql': 'CREATE TABLE a (x integer);',
  'V2__b.sql': 'ALTER TABLE a ADD COLUMN y text; CREATE INDEX a_y ON a (y);',
  'V3__data.sql': "INSERT INTO a (x, y) VALUES (1, 'one');",
  'V4__c.sql': 'CREATE TABLE c (x integer);',
};
const database = () => join(project.folder, 'data.db');
const rows = (sql: string) => rowsIn(database(), sql);
const byHand = (sql: string) => {
  const opened = openSqlite(database());
  opened.exec(sql);
  opened.close();
};
const mark = (...more: string[]) =>
  project.json('migration', 'mark-applied', 'm', '--target', 'dev', '--reason', 'done by hand', ...more);
const baseline = (...more: string[]) => project.json('migration', 'baseline', 'm', '--target', 'dev', ...more);
const repair = (...more: string[]) => project.json('migration', 'repair', 'm', '--target', 'dev', ...more);

describe('srdeploy migration mark-applied', () => {
  it('records a file with its reason and runs nothing of it, in a run with a journal', async () => {
    project = await migrationProject(files);
    expect((await mark('--file', 'V1__a.sql', '--yes')).code).toBe(0);
    expect(rows('SELECT path, status, reason FROM srdeploy_migrations')).toEqual([
      { path: 'm/V1__a.sql', status: 'succeeded', reason: 'done by hand' },
    ]);
    expect(rows("SELECT name FROM sqlite_schema WHERE name = 'a'")).toEqual([]);
    expect(await project.states()).toMatchObject({ 'V1__a.sql': 'applied', 'V2__b.sql': 'pending' });
    const log = await project.run('runs', 'logs', 'latest', '--json');
    expect(log.stdout).toContain('"purpose":{"type":"history"}');
    const history = await project.json<{ entries: { file: string }[] }>('migration', 'history', '--target', 'dev');
    expect(history.json.entries.map(({ file }) => file)).toEqual(['m/V1__a.sql']);
  });

  it('records all up to a version', async () => {
    project = await migrationProject(files);
    expect((await mark('--to', '3', '--yes')).code).toBe(0);
    expect(rows('SELECT path FROM srdeploy_migrations')).toHaveLength(3);
    expect((await project.apply()).code).toBe(0);
    expect(rows('SELECT x FROM c')).toEqual([]);
  });

  it('records a file that could not be run here', async () => {
    project = await migrationProject({ ...files, 'V5__odd.sql': 'BEGIN; \\connect other\nCOMMIT;' });
    expect((await mark('--file', 'V5__odd.sql', '--yes')).code).toBe(0);
    expect(await project.states()).toMatchObject({ 'V5__odd.sql': 'applied' });
  });

  it('needs a confirmation, and on production the id typed', async () => {
    project = await migrationProject(files);
    expect(await mark('--file', 'V1__a.sql')).toMatchObject({
      code: 6,
      json: { error: { code: 'CONFIRMATION_MISSING', message: expect.stringContaining('--yes') } },
    });
    const live = ['migration', 'mark-applied', 'm', '--target', 'live', '--to', '1', '--reason', 'x'];
    expect((await project.json(...live, '--yes')).code).toBe(6);
    expect((await project.json(...live, '--confirm', 'live')).code).toBe(0);
  });

  it.each<[string, string[], string]>([
    ['no reason', ['--file', 'V1__a.sql'], 'REASON_MISSING'],
    ['an empty reason', ['--file', 'V1__a.sql', '--reason', ' '], 'REASON_MISSING'],
    ['neither file nor version', ['--reason', 'x'], 'USAGE'],
    ['both', ['--file', 'V1__a.sql', '--to', '1', '--reason', 'x'], 'USAGE'],
    ['an unknown file', ['--file', 'V9__x.sql', '--reason', 'x'], 'VALIDATION_FAILED'],
    ['an unknown version', ['--to', '9', '--reason', 'x'], 'VALIDATION_FAILED'],
  ])('refuses %s', async (_what, words, code) => {
    project = await migrationProject(files);
    const refused = await project.json('migration', 'mark-applied', 'm', '--target', 'dev', '--yes', ...words);
    expect(refused).toMatchObject({ code: 7, json: { error: { code } } });
  });

  it('refuses what is recorded already, and what is recorded with other statements', async () => {
    project = await migrationProject(files);
    expect((await project.apply('--to', '1')).code).toBe(0);
    expect(await mark('--file', 'V1__a.sql', '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'NOTHING_TO_MARK' } },
    });
    await project.write('m/V1__a.sql', 'CREATE TABLE a (z integer);');
    expect(await mark('--file', 'V1__a.sql', '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'MIGRATION_CHANGED' } },
    });
  });

  it('shows on a dry run what it would record, and changes nothing', async () => {
    project = await migrationProject(files);
    const shown = await project.json<{ dryRun: true; migrations: { file: string }[] }>(
      'migration',
      'mark-applied',
      'm',
      '--target',
      'dev',
      '--to',
      '2',
      '--reason',
      'x',
      '--dry-run',
    );
    expect(shown).toMatchObject({
      code: 0,
      json: { dryRun: true, action: 'mark_applied', migrations: [{ file: 'm/V1__a.sql' }, { file: 'm/V2__b.sql' }] },
    });
    expect((await project.json<{ runs: unknown[] }>('runs', 'list')).json.runs).toEqual([]);
  });
});

describe('srdeploy migration baseline', () => {
  it('begins the history of a database that was there', async () => {
    project = await migrationProject(files);
    byHand(`${files['V1__a.sql']} ${files['V2__b.sql']} INSERT INTO a VALUES (7, 'seven');`);
    expect((await baseline('--version', '3', '--reason', 'was there', '--yes')).code).toBe(0);
    expect((await project.apply()).code).toBe(0);
    expect(rows('SELECT x FROM a')).toEqual([{ x: 7 }]);
    expect(await project.states()).toEqual(Object.fromEntries(Object.keys(files).map((file) => [file, 'applied'])));
  });

  it('lets old files be as they are: what is recorded and not run cannot stop the next one', async () => {
    const legacy = 'BEGIN; CREATE TABLE a (x integer); COMMIT;';
    project = await migrationProject({ ...files, 'V1__a.sql': legacy });
    byHand(`CREATE TABLE a (x integer);`);
    expect((await project.apply()).code).toBe(7);
    expect((await baseline('--version', '1', '--reason', 'was there', '--yes')).code).toBe(0);
    const applied = await project.apply();
    expect(applied.code).toBe(0);
    expect(await project.states()).toMatchObject({ 'V1__a.sql': 'applied', 'V4__c.sql': 'applied' });
    await project.write('m/V5__d.sql', 'BEGIN; SELECT 1; COMMIT;');
    expect((await project.apply()).code).toBe(7);
  });

  it('is refused where the history says something else', async () => {
    project = await migrationProject(files);
    expect((await mark('--file', 'V4__c.sql', '--yes')).code).toBe(0);
    expect(await baseline('--version', '2', '--reason', 'x', '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'BASELINE_CONTRADICTED', message: expect.stringContaining('m/V4__c.sql') } },
    });
    expect((await baseline('--version', '4', '--reason', 'x', '--yes')).code).toBe(0);
    expect(await baseline('--version', '4', '--reason', 'x', '--yes')).toMatchObject({
      code: 7,
      json: { error: { code: 'NOTHING_TO_MARK' } },
    });
    await project.write('m/V1__a.sql', 'CREATE TABLE a (z integer);');
    expect((await baseline('--version', '4', '--reason', 'x', '--yes')).json.error.code).toBe('BASELINE_CONTRADICTED');
  });

  it.each<[string, string[], string]>([
    ['no reason', ['--version', '2'], 'REASON_MISSING'],
    ['an unknown version', ['--version', '9', '--reason', 'x'], 'VALIDATION_FAILED'],
    ['neither version nor --detect', ['--reason', 'x'], 'USAGE'],
    ['both', ['--version', '2', '--detect'], 'USAGE'],
  ])('refuses %s', async (_what, words, code) => {
    project = await migrationProject(files);
    expect(await baseline(...words, '--yes')).toMatchObject({ code: 7, json: { error: { code } } });
  });

  it('detects what is there, proposes the version, and writes nothing', async () => {
    project = await migrationProject(files);
    byHand(`${files['V1__a.sql']} ${files['V2__b.sql']}`);
    const detected = await project.json('migration', 'baseline', 'm', '--target', 'dev', '--detect');
    expect(detected).toMatchObject({
      code: 0,
      json: {
        target: 'dev',
        proposed: '2',
        recorded: 0,
        migrations: [
          { file: 'm/V1__a.sql', presence: 'present', found: ['table a', 'column a.x'], missing: [] },
          { file: 'm/V2__b.sql', presence: 'present', found: ['column a.y', 'index a_y'] },
          { file: 'm/V3__data.sql', presence: 'unknown' },
          { file: 'm/V4__c.sql', presence: 'absent', missing: ['table c', 'column c.x'] },
        ],
      },
    });
    const told = await project.run('migration', 'baseline', 'm', '--target', 'dev', '--detect');
    expect(told.stdout).toContain('srdeploy migration baseline m --target dev --version 2 --reason');
    expect(rows("SELECT name FROM sqlite_schema WHERE name LIKE 'srdeploy%'")).toEqual([]);
  });

  it('proposes nothing for an empty database, and makes none', async () => {
    project = await migrationProject(files);
    const detected = await project.json<{ proposed?: string }>(
      'migration',
      'baseline',
      'm',
      '--target',
      'dev',
      '--detect',
    );
    expect(detected.code).toBe(0);
    expect(detected.json.proposed).toBeUndefined();
    expect(() => rows('SELECT 1')).not.toThrow();
  });
});

describe('srdeploy migration repair', () => {
  const changed = async () => {
    project = await migrationProject(files);
    expect((await project.apply()).code).toBe(0);
    await project.write('m/V1__a.sql', 'CREATE TABLE a (x bigint);');
  };

  it('shows the difference and takes the file as it is, with a reason', async () => {
    await changed();
    const words = ['migration', 'repair', 'm', '--target', 'dev', '--file', 'V1__a.sql', '--reason', 'same type'];
    const shown = await project.run(...words);
    expect(shown.code).toBe(6);
    expect(shown.stdout).toMatch(/-CREATE TABLE a \(x integer\);\n.*\+CREATE TABLE a \(x bigint\);/s);
    expect(await project.states()).toMatchObject({ 'V1__a.sql': 'changed' });
    expect((await project.json<RunAnswer>(...words, '--yes')).code).toBe(0);
    expect(await project.states()).toMatchObject({ 'V1__a.sql': 'applied' });
    expect(rows("SELECT sql, reason FROM srdeploy_migrations WHERE path = 'm/V1__a.sql'")).toEqual([
      { sql: 'CREATE TABLE a (x bigint);', reason: 'same type' },
    ]);
    expect((await project.apply()).code).toBe(0);
  });

  it('says of every other file why there is nothing to repair', async () => {
    await changed();
    await project.write('m/V5__new.sql', 'SELECT 1;');
    await project.delete('m/V4__c.sql');
    const why = async (file: string) => (await repair('--file', file, '--reason', 'x', '--yes')).json.error;
    expect(await why('V2__b.sql')).toMatchObject({ code: 'NOTHING_TO_REPAIR' });
    expect((await why('V5__new.sql')).message).toContain('pending');
    expect(await why('V4__c.sql')).toMatchObject({
      code: 'VALIDATION_FAILED',
      problems: [{ code: 'MIGRATION_MISSING' }],
    });
    expect(await why('V9__x.sql')).toMatchObject({ problems: [{ code: 'NO_SUCH_MIGRATION' }] });
    expect((await repair('--file', 'V1__a.sql', '--yes')).json.error.code).toBe('REASON_MISSING');
    expect((await repair('--reason', 'x')).json.error.code).toBe('USAGE');
  });
});

describe('srdeploy migration new', () => {
  it('begins the next migration with its rollback, and never writes over a file', async () => {
    project = await migrationProject({ 'V0009__a.sql': 'SELECT 1;' });
    const made = await project.json('migration', 'new', 'm', 'Add the orders');
    expect(made).toMatchObject({
      code: 0,
      json: { version: '0010', migration: 'm/V0010__add_the_orders.sql', rollback: 'm/R0010__add_the_orders.sql' },
    });
    expect(await project.read('m/V0010__add_the_orders.sql')).toBe('-- Add the orders\n\n');
    expect((await project.json('migration', 'new', 'm', 'Add the orders')).json).toMatchObject({ version: '0011' });
    expect((await project.json('migration', 'new', 'm', '!')).json.error.code).toBe('BAD_NAME');
    expect((await project.json('migration', 'new', '..', 'x', '--project', '.')).json.error.code).toBe(
      'FILE_UNREADABLE',
    );
    expect((await project.json('migration', 'new', 'fresh/folder', 'x')).json).toMatchObject({
      migration: 'fresh/folder/V0001__x.sql',
    });
  });

  it('makes neither file where one of the two is there', async () => {
    project = await migrationProject({ 'V1__a.sql': 'SELECT 1;', 'R2__b.sql': 'SELECT 1;' });
    expect(await project.json('migration', 'new', 'm', 'b')).toMatchObject({
      code: 7,
      json: { error: { code: 'FILE_EXISTS' } },
    });
    await expect(project.read('m/V2__b.sql')).rejects.toThrow('ENOENT');
    expect(await project.read('m/R2__b.sql')).toBe('SELECT 1;');
  });
});

describe('srdeploy migration status', () => {
  it('says unknown and ends with 10 where the target cannot be reached', async () => {
    project = await migrationProject(files, { backend: 'postgresql', host: '127.0.0.1', port: 1, database: 'x' });
    const answer = await project.json<{ unreached: string; migrations: { state: string }[] }>(
      'migration',
      'status',
      'm',
      '--target',
      'dev',
    );
    expect(answer.code).toBe(10);
    expect(answer.json.migrations.every(({ state }) => state === 'unknown')).toBe(true);
    expect((await mark('--file', 'V1__a.sql', '--yes')).json.error.code).toBe('TARGET_UNREACHABLE');
  });

  it('shows a folder that could not be applied as it is', async () => {
    project = await migrationProject({ ...files, '0004_too.sql': 'SELECT 1', 'V5__odd.sql': "SELECT 'open" });
    expect(await project.states()).toMatchObject({ '0004_too.sql': 'pending', 'V5__odd.sql': 'pending' });
    expect((await project.status()).findings.map(({ code }) => code)).toContain('DUPLICATE_VERSION');
  });
});
