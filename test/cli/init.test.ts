import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FindingView } from '../../protocol/index.ts';
import { openSqlite } from '../support/sqlite-file.ts';
import { cliBundle, srdeploy, srdeployJson } from '../support/srdeploy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

interface Begun {
  readonly file: string;
  readonly written: boolean;
  readonly text: string;
  readonly found: { readonly notes: readonly string[]; readonly migrations: readonly { readonly folder: string }[] };
  readonly targets: readonly string[];
  readonly next: readonly string[];
}

interface Refused {
  readonly error: { readonly code: string; readonly message: string };
}

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const init = (...words: readonly string[]) => srdeploy(['init', ...words], { cwd: folder });
const begun = (...words: readonly string[]) => srdeployJson<Begun>(['init', ...words], { cwd: folder });
const configText = () => readFile(join(folder, 'deploy-config.json'), 'utf8');
const notes = async () => (await begun('--print')).json.found.notes;

/** The verdict on the config that was written is that it is good. */
async function expectValid(): Promise<void> {
  const { code, json } = await srdeployJson<{ files: { findings: FindingView[] }[] }>(['config', 'validate'], {
    cwd: folder,
  });
  expect({ code, findings: json.files.flatMap(({ findings }) => findings) }).toEqual({ code: 0, findings: [] });
}

/** Every file below the folder, with its content. */
async function contentOf(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const)),
  );
}

const everything = {
  'migrations/V0001__create_orders.sql': 'CREATE TABLE orders (id integer);',
  'migrations/R0001__drop_orders.sql': 'DROP TABLE orders;',
  'migrations/schema.sql': 'CREATE TABLE orders (id integer);',
  'package.json': JSON.stringify({
    name: 'shop',
    scripts: { build: 'tsc', test: 'vitest' },
    dependencies: { pg: '8' },
  }),
  'pnpm-lock.yaml': '',
  'supabase/functions/hello/index.ts': '',
  'supabase/functions/_shared/index.ts': '',
  'worker.service': '[Unit]',
  Dockerfile: 'FROM scratch',
  'infra/main.tf': '',
  'deploy.sh': '#!/bin/sh\n',
  '.env.example': 'DATABASE_URL=postgresql://deployer:hunter2@127.0.0.1/shop\n',
};

describe('srdeploy init', () => {
  it('tells what it found, writes a valid config for it and says what comes next', async () => {
    await write(everything);
    await chmod(join(folder, 'deploy.sh'), 0o755);
    const { code, stdout } = await init();
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'Found:',
        '  Migrations      migrations (1 file)',
        '  Scripts         build, test (pnpm)',
        '  Functions       hello',
        '  Services        worker.service',
        '  Images          Dockerfile',
        '  Infrastructure  infra',
        '  Deploy script   deploy.sh',
        '  Database        postgresql',
        '  Variables       DATABASE_URL',
        'note The section "infra" is checked in this version and not acted on.',
        '',
        'Wrote deploy-config.json.',
        '',
        'Next:',
        '  srdeploy config edit',
        '  srdeploy target add staging --kind staging',
        '  srdeploy env set DATABASE_URL --target staging --secret',
        '  srdeploy plan --target staging',
        '',
      ].join('\n'),
    );
    await expectValid();
    const text = await configText();
    expect(text).toContain('"project": "shop"');
    expect(text).not.toContain('hunter2');
    expect((await stat(join(folder, 'deploy-config.json'))).mode & 0o444).toBe(0o444 & ~process.umask());
  });

  it('changes nothing but the config', async () => {
    await write(everything);
    const before = await contentOf();
    await init();
    const { [join(folder, 'deploy-config.json')]: written, ...after } = await contentOf();
    expect(after).toEqual(before);
    expect(written).toBe(await configText());
  });

  it('connects a target to a real SQLite file, and to nothing that is only called like one', async () => {
    await write({ 'migrations/V1__a.sql': 'CREATE TABLE a (x integer);', 'cache/Thumbs.db': 'no database' });
    await mkdir(join(folder, 'data'));
    const database = openSqlite(join(folder, 'data/dev.db'));
    database.exec('CREATE TABLE notes (x text)');
    database.close();
    const { json } = await begun();
    expect(json).toMatchObject({ targets: ['local'], next: ['srdeploy config edit', 'srdeploy plan --target local'] });
    expect(await configText()).toContain('"local_db": { "backend": "sqlite", "file": "data/dev.db" }');
    await expectValid();
    const applied = await srdeploy(['migration', 'apply', 'migrations', '--target', 'local'], { cwd: folder });
    expect(applied).toMatchObject({ code: 0 });
  });

  it('writes a minimal config where there is nothing to deploy, and says so', async () => {
    const { code, stdout } = await init();
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing to deploy was found: the config begins with examples.');
    await expectValid();
  });

  it.each(['deploy-config.json', 'deploy-config.jsonc', 'shop.deploy-config.json'])(
    'writes nothing where there is %s, whatever it holds',
    async (name) => {
      await write({ ...everything, [name]: 'mine, and no JSON' });
      const before = await contentOf();
      const refused = await srdeployJson<Refused>(['init'], { cwd: folder });
      expect(refused).toMatchObject({ code: 7, json: { error: { code: 'CONFIG_EXISTS' } } });
      expect(refused.json.error.message).toContain(name);
      expect(await contentOf()).toEqual(before);
    },
  );

  it('does not write through a link that leads nowhere', async () => {
    await symlink(join(folder, 'elsewhere.json'), join(folder, 'deploy-config.json'));
    expect((await init()).code).toBe(7);
    expect(await readdir(folder)).toEqual(['deploy-config.json']);
  });

  it('lets one of two that begin at once write, and refuses the other', async () => {
    const ends = await Promise.all([init('--name', 'one'), init('--name', 'two')]);
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 7]);
    const winner = ends[0]?.code === 0 ? 'one' : 'two';
    expect(await configText()).toContain(`"project": "${winner}"`);
  });

  it('prints the config and writes nothing with --print, also beside one that is there', async () => {
    await write(everything);
    const printed = await init('--print');
    expect(printed.code).toBe(0);
    expect(await readdir(folder)).not.toContain('deploy-config.json');
    await init();
    expect(await configText()).toBe(printed.stdout);
    expect((await init('--print')).stdout).toBe(printed.stdout);
    expect((await begun('--print')).json).toMatchObject({ written: false, text: printed.stdout });
  });

  it('takes a folder, a name and targets', async () => {
    await mkdir(join(folder, 'the shop'));
    const words = [
      'the shop',
      '--name',
      'Shop "1"',
      '--target',
      'staging',
      '--target',
      'production',
      '--target',
      'staging',
    ];
    const { code, json } = await begun(...words);
    expect(code).toBe(0);
    expect(json).toMatchObject({ file: 'deploy-config.json', written: true, targets: ['staging', 'production'] });
    expect(json.next[0]).toBe("cd 'the shop'");
    const text = await readFile(join(folder, 'the shop/deploy-config.json'), 'utf8');
    expect(text).toBe(json.text);
    expect(text).toContain('"project": "Shop \\"1\\""');
  });

  it.each([
    ['-rf', 'cd ./-rf'],
    ["it's", "cd 'it'\\''s'"],
  ])('leads the way into the folder %j', async (name, line) => {
    await mkdir(join(folder, name));
    expect((await begun('--project', `./${name}`)).json.next[0]).toBe(line);
  });

  it.each<[string, string[], string]>([
    ['a target that cannot be one', ['--target', 'Prod'], 'BAD_TARGET'],
    ['a name without a letter', ['--name', '  '], 'BAD_NAME'],
    ['a folder that does not exist', ['nowhere'], 'NO_SUCH_PROJECT'],
    ['a file', ['file.txt'], 'NO_SUCH_PROJECT'],
    ['two folders', ['.', '--project', '.'], 'USAGE'],
    ['an unknown option', ['--force'], 'USAGE'],
  ])('refuses %s, and writes nothing', async (_what, words, code) => {
    await write({ 'file.txt': '' });
    expect(await srdeployJson<Refused>(['init', ...words], { cwd: folder })).toMatchObject({
      code: 7,
      json: { error: { code } },
    });
    expect(await readdir(folder)).toEqual(['file.txt']);
  });

  it('names folders as they are, whatever they are called', async () => {
    const names = [
      'a b',
      "it's",
      'say "hi"',
      'line\nbreak',
      '", "x": "1',
      '$HOME; `touch pwned`',
      '-rf',
      'ümläut',
      '\u001bcred',
      '__proto__',
    ];
    await write(Object.fromEntries(names.map((name) => [`${name}/migrations/V1__a.sql`, 'SELECT 1;'])));
    const { code, stdout } = await init();
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    await expectValid();
    const { json } = await srdeployJson<{ config: { groups: { file_patterns: string[] }[] } }>(['config', 'show'], {
      cwd: folder,
    });
    const patterns = json.config.groups.flatMap(({ file_patterns }) => file_patterns);
    expect(patterns.sort()).toEqual(names.map((name) => `${name}/migrations/*.sql`).sort());
  });

  it('leaves out folders that no pattern can name, and says so', async () => {
    const names = ['{', '*', '\u001b[31m', '$(touch pwned)', '!x', 'a(b)', '?'];
    await write(Object.fromEntries(names.map((name) => [`${name}/migrations/V1__a.sql`, 'SELECT 1;'])));
    await write({ 'migrations/V1__a.sql': 'SELECT 1;' });
    const { json } = await begun();
    expect(json.found.migrations).toEqual([{ folder: 'migrations', count: 1 }]);
    const told = names.map((name) => expect.stringContaining(JSON.stringify(`${name}/migrations`)));
    expect(json.found.notes).toHaveLength(names.length);
    expect(json.found.notes).toEqual(expect.arrayContaining(told));
    await expectValid();
  });

  it('goes on where package.json is no JSON, and says so', async () => {
    await write({ ...everything, 'package.json': '{ "name": shop }' });
    const { code, stdout } = await init('--name', 'shop');
    expect(code).toBe(0);
    expect(stdout).toContain('note "package.json" is not the JSON of a package and was left out: "shop" is not JSON.');
    await expectValid();
  });

  it('goes on where folders and files may not be read, and says so', async () => {
    await write({ 'closed/migrations/V1__a.sql': '', 'package.json': '{}', 'migrations/V1__a.sql': '' });
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (nobody.uid !== undefined) await chown(folder, nobody.uid, nobody.gid);
    await chmod(join(folder, 'closed'), 0);
    await chmod(join(folder, 'package.json'), 0);
    const { stdout } = await promisify(execFile)(process.execPath, [cliBundle, 'init', '--json'], {
      cwd: folder,
      ...nobody,
    });
    await chmod(join(folder, 'closed'), 0o700);
    expect((JSON.parse(stdout) as Begun).found).toMatchObject({
      migrations: [{ folder: 'migrations' }],
      notes: [
        'The folder "closed" was left out: it cannot be read (EACCES).',
        '"package.json" was left out: it cannot be read (EACCES).',
      ],
    });
    await expectValid();
  });

  it('does not look into hidden folders, dependencies, links and projects within', async () => {
    const within = ['.hidden', 'node_modules/x', 'dist', '.srdeploy', '.git'].map((name) => [
      `${name}/migrations/V1__a.sql`,
      '',
    ]);
    await write({
      ...Object.fromEntries(within),
      'examples/shop/migrations/V1__a.sql': '',
      'examples/shop/deploy-config.json': '{}',
    });
    await symlink(folder, join(folder, 'again'));
    const { found } = (await begun()).json;
    expect(found.migrations).toEqual([]);
    expect(found.notes).toEqual([
      'The folder "examples/shop" was left out: it is a project of its own, with deploy-config.json.',
    ]);
  });

  it('tells of a deploy.sh that may not be executed', async () => {
    await write({ 'deploy.sh': '#!/bin/sh\n' });
    await chmod(join(folder, 'deploy.sh'), 0o644);
    expect(await notes()).toEqual(['deploy.sh may not be executed yet: chmod +x deploy.sh']);
    await chmod(join(folder, 'deploy.sh'), 0o755);
    expect(await notes()).toEqual([]);
  });

  it('leaves nothing behind where the disk is full', async () => {
    const { code, stderr } = await promisify(execFile)(
      '/bin/sh',
      ['-c', 'ulimit -f 0; trap "" XFSZ; exec "$@"', 'sh', process.execPath, cliBundle, 'init'],
      { cwd: folder },
    ).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
    expect({ code, stderr }).toEqual({ code: 10, stderr: expect.stringContaining('EFBIG') });
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
