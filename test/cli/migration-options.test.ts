import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type MigrationProject, migrationProject } from '../support/migration-project.ts';

let project: MigrationProject;
afterEach(() => project.remove());

const five = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((name, i) => [`V000${i + 1}__${name}.sql`, `CREATE TABLE ${name} (x integer);`]),
);
const commands = ['status', 'apply', 'mark-applied', 'baseline', 'repair', 'history', 'new'];

describe('the commands of migrations', () => {
  it('have the options --target, --database, --dry-run, --limit and --json, each of them', async () => {
    project = await migrationProject({});
    for (const command of commands) {
      const { stdout } = await project.run('migration', command, '--help');
      for (const option of ['--target', '--database', '--dry-run', '--limit', '--json'])
        expect(stdout, `${command} ${option}`).toMatch(new RegExp(`^ +${option}\\b`, 'm'));
    }
  });

  it.each(['0', '-1', '1.5', 'many'])('refuse --limit %s before anything is done', async (limit) => {
    project = await migrationProject(five);
    for (const command of commands) {
      const words = command === 'history' ? [] : command === 'new' ? ['m', 'more'] : ['m'];
      const refused = await project.run('migration', command, ...words, '--target', 'dev', '--limit', limit);
      expect(refused.code, command).toBe(7);
      expect(refused.stderr, command).toContain('whole number from 1');
    }
    expect(existsSync(join(project.folder, 'data.db'))).toBe(false);
  });

  it('apply at most so many, the first that wait, and say how many are left', async () => {
    project = await migrationProject(five);
    const first = await project.apply('--limit', '2');
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining('2 of 5 migrations are taken; left: m/V0003__c.sql, m/V0004__d.sql, m/V0005__e.sql'),
    ]);
    expect((await project.apply('--limit', '1')).stderr).toContain(
      '1 of 3 migrations are taken; left: m/V0004__d.sql, m/V0005__e.sql',
    );
    expect(Object.values(await project.states())).toEqual(['applied', 'applied', 'applied', 'pending', 'pending']);
    expect(await project.apply('--limit', '9')).toMatchObject({ code: 0, stderr: '' });
    expect(Object.values(await project.states())).toEqual(Array(5).fill('applied'));
  });

  it('show what a limited apply would do, and do not do it', async () => {
    project = await migrationProject(five);
    const shown = await project.apply('--limit', '2', '--dry-run');
    expect(shown.stdout).toContain('V0002__b.sql');
    expect(shown.stdout).not.toContain('V0003__c.sql');
    expect(Object.values(await project.states())).toEqual(Array(5).fill('pending'));
  });

  it('count what was rolled back among those that wait', async () => {
    const backs = Object.fromEntries([1, 2, 3].map((i) => [`R000${i}__x.sql`, `DROP TABLE ${'abc'[i - 1]};`]));
    const three = Object.fromEntries(Object.entries(five).slice(0, 3));
    project = await migrationProject({ ...three, ...backs });
    expect((await project.apply()).code).toBe(0);
    expect((await project.run('rollback', 'latest', '--yes')).code).toBe(0);
    const again = await project.apply('--limit', '1');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('1 of 3 migrations are taken')]);
    expect(Object.values(await project.states()).slice(0, 3)).toEqual(['applied', 'rolled_back', 'rolled_back']);
  });

  it('are refused with a limit where the target cannot be read to count them', async () => {
    project = await migrationProject(five, { backend: 'sqlite', file: 'm/V0001__a.sql' });
    const refused = await project.apply('--limit', '2');
    expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('--limit cannot be counted')]);
  });

  it('are refused where the last one taken has the version of the next', async () => {
    project = await migrationProject({ ...five, 'V0002__twin.sql': 'CREATE TABLE twin (x integer);' });
    const leave = ['--allow-duplicate', 'm/V0002__twin.sql=meant so', '--allow-duplicate', 'm/V0002__b.sql=meant so'];
    const refused = await project.apply('--limit', '2', ...leave);
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('have one version, 0002')]);
    expect(existsSync(join(project.folder, 'data.db'))).toBe(false);
  });

  it('take no limit for many targets at once', async () => {
    project = await migrationProject(five);
    const refused = await project.run('migration', 'apply', 'm', '--targets', 'dev,live', '--limit', '2');
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('--to')]);
  });

  it('record at most so many as applied, by mark-applied and by baseline', async () => {
    project = await migrationProject(five);
    const words = ['m', '--target', 'dev', '--reason', 'by hand', '--yes'];
    const marked = await project.run('migration', 'mark-applied', ...words, '--to', '0004', '--limit', '2');
    expect(marked.code, marked.stderr).toBe(0);
    expect(Object.values(await project.states())).toEqual(['applied', 'applied', 'pending', 'pending', 'pending']);
    const file = ['--file', 'V0003__c.sql', '--file', 'V0005__e.sql', '--limit', '1'];
    const named = await project.run('migration', 'mark-applied', ...words, ...file);
    expect([named.code, named.stderr]).toEqual([0, expect.stringContaining('1 of 2 migrations are taken')]);
    expect(Object.values(await project.states())).toEqual(['applied', 'applied', 'applied', 'pending', 'pending']);
    await project.remove();
    project = await migrationProject(five);
    const begun = await project.run('migration', 'baseline', ...words, '--version', '0004', '--limit', '3');
    expect(begun.code, begun.stderr).toBe(0);
    expect(Object.values(await project.states())).toEqual(['applied', 'applied', 'applied', 'pending', 'pending']);
  });

  it('show at most so many, and how many more there are', async () => {
    project = await migrationProject(five);
    expect((await project.apply()).code).toBe(0);
    const status = await project.run('migration', 'status', 'm', '--target', 'dev', '--limit', '2', '--dry-run');
    expect(status.stdout).toContain('V0002__b.sql');
    expect(status.stdout).not.toContain('V0003__c.sql');
    expect(status.stdout).toContain('3 more: --limit shows 2 of 5.');
    const { json } = await project.json<{ migrations: unknown[]; left?: number }>(
      ...['migration', 'status', 'm', '--target', 'dev', '--limit', '2'],
    );
    expect([json.migrations.length, json.left]).toEqual([2, 3]);
    const history = await project.run('migration', 'history', '--target', 'dev', '--limit', '2', '--dry-run');
    expect(history.stdout).toContain('V0005__e.sql');
    expect(history.stdout).not.toContain('V0003__c.sql');
    expect(history.stdout).toContain('There are more');
    const whole = await project.json<{ entries: unknown[]; isCut?: true }>('migration', 'history', '--target', 'dev');
    expect([whole.json.entries.length, whole.json.isCut]).toEqual([5, undefined]);
  });
});

describe('a new migration', () => {
  const names = async (...words: readonly string[]) => project.run('migration', 'new', ...words);
  const withDatabases = async (databases: object, connections: object = {}) => {
    const file = join(project.folder, 'deploy-config.json');
    const config = JSON.parse(await readFile(file, 'utf8'));
    const all = { ...config.connections, ...connections };
    await writeFile(file, JSON.stringify({ ...config, connections: all, databases }));
  };
  const at = (path: string, connection?: string) => ({
    ...(connection !== undefined && { connection_ref: connection }),
    migrations: { path },
  });

  it('is only shown by --dry-run, and has no rollback where one file is the limit', async () => {
    project = await migrationProject(five);
    const shown = await names('m', 'add f', '--dry-run');
    expect(shown.stdout).toContain('m/V0006__add_f.sql');
    expect(shown.stdout).toContain('Nothing was written');
    expect(existsSync(join(project.folder, 'm/V0006__add_f.sql'))).toBe(false);
    expect((await names('m', 'add f', '--limit', '1')).stdout.trim()).toBe('m/V0006__add_f.sql');
    expect(existsSync(join(project.folder, 'm/R0006__add_f.sql'))).toBe(false);
  });

  it('goes into the folder of a database, or of the only database there is', async () => {
    project = await migrationProject(five);
    await withDatabases({ main: at('m') });
    expect((await names('add f', '--database', 'main')).stdout).toContain('m/V0006__add_f.sql');
    expect((await names('add g', '--target', 'dev')).stdout).toContain('m/V0007__add_g.sql');
    await withDatabases(
      { main: at('m'), other: at('n', 'elsewhere') },
      { elsewhere: { backend: 'sqlite', file: 'o.db' } },
    );
    expect((await names('add h', '--target', 'dev')).stdout).toContain('m/V0008__add_h.sql');
    expect((await names('add i', '--database', 'other', '--target', 'dev')).stdout).toContain('n/');
    await withDatabases({ main: at('m'), other: at('n') });
    const unclear = await names('add h', '--target', 'dev');
    expect([unclear.code, unclear.stderr]).toEqual([7, expect.stringContaining('main, other')]);
    expect((await names('add h', '--database', 'mian')).stderr).toContain('Did you mean "main"?');
    expect((await names('add h', '--target', 'nowhere')).stderr).toContain('Known targets: dev, live');
    expect((await names('add h', '--database', 'main', '--target', 'nowhere')).stderr).toContain('Known targets');
  });

  it('is refused with a folder and a database, or with neither', async () => {
    project = await migrationProject(five);
    expect((await names('m', 'add f', '--database', 'main')).code).toBe(7);
    expect((await names('add f')).code).toBe(7);
  });
});
