import { describe, expect, it } from 'vitest';
import { findParts, hasNoParts, type SeenFolder } from '../../../core/index.ts';

/** A folder as it would be seen: files with their texts, where a text matters. */
function seen(files: Readonly<Record<string, string>>, sqliteFiles: readonly string[] = []): SeenFolder {
  return {
    files: Object.keys(files),
    texts: new Map(Object.entries(files).filter(([, text]) => text !== '')),
    sqliteFiles,
    notes: [],
  };
}

const json = (value: object): string => JSON.stringify(value);

describe('what is found in a folder', () => {
  it('is nothing where there is nothing to deploy', () => {
    const found = findParts(seen({ 'README.md': '', 'src/index.ts': '', 'data.sql': '' }));
    expect(hasNoParts(found)).toBe(true);
    expect(found.notes).toEqual([]);
  });

  it.each(['migrations', 'db/migrations', 'supabase/migrations', 'services/orders/migrations', 'db/Migration'])(
    'is the folder of migrations %s, without counting rollbacks, snapshots and drafts',
    (folder) => {
      const names = ['V1__a.sql', 'R1__a.sql', 'V2__b.sql', 'schema.sql', '_draft.sql', 'R__views.sql', 'notes.md'];
      const found = findParts(seen(Object.fromEntries(names.map((name) => [`${folder}/${name}`, '']))));
      expect(found.migrations).toEqual([{ folder, count: 3 }]);
      expect(hasNoParts(found)).toBe(false);
    },
  );

  it('is no folder of migrations that holds a snapshot alone, and none of another name', () => {
    expect(findParts(seen({ 'migrations/schema.sql': '', 'sql/V1__a.sql': '' }))).toMatchObject({
      migrations: [],
      notes: [],
    });
  });

  it('tells of a folder of migrations whose files have no version', () => {
    const { migrations, notes } = findParts(seen({ 'prisma/migrations/create_orders.sql': '' }));
    expect(migrations).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('The folder "prisma/migrations" was left out')]);
  });

  it.each([
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['README.md', 'npm'],
  ])('is the scripts of package.json; beside %s they are run by %s', (lock, manager) => {
    const scripts = { build: 'tsc', test: 'vitest', deploy: './go.sh', lint: 'biome' };
    const { packages, name } = findParts(seen({ [lock]: '', 'package.json': json({ name: 'shop', scripts }) }));
    expect(packages).toEqual([{ folder: '', manager, scripts: ['build', 'test', 'deploy'] }]);
    expect(name).toBe('shop');
  });

  it('is no test that only says that there is none, and no script that is empty or no text', () => {
    const scripts = { test: 'echo "Error: no test specified" && exit 1', build: ' ', deploy: 3 };
    expect(findParts(seen({ 'package.json': json({ scripts }) })).packages).toEqual([]);
  });

  it('is the packages one folder below only where there is none at the top', () => {
    const files = { 'web/package.json': json({ scripts: { build: 'vite build' } }), 'pnpm-lock.yaml': '' };
    const found = [{ folder: 'web', manager: 'pnpm', scripts: ['build'] }];
    expect(findParts(seen(files)).packages).toEqual(found);
    expect(findParts(seen({ ...files, 'package.json': json({ workspaces: ['web'] }) })).packages).toEqual([]);
  });

  it.each([
    ['no JSON', '{ "scripts": { build } }'],
    ['no object', '[1]'],
    ['empty but for a comment', '// nothing'],
  ])('tells of a package.json that is %s, and goes on', (_what, text) => {
    const found = findParts(seen({ 'package.json': text, 'deploy.sh': '#!/bin/sh\n' }));
    expect(found.packages).toEqual([]);
    expect(found.hasDeployScript).toBe(true);
    expect(found.notes).toEqual([expect.stringContaining('"package.json" is not the JSON of a package')]);
  });

  it.each([
    ['scripts that are no object', { scripts: ['build'] }],
    ['dependencies that are no object', { dependencies: 'pg' }],
    [
      'names of an object’s own',
      { scripts: { toString: 'x' }, dependencies: { constructor: '1', hasOwnProperty: '1' } },
    ],
    ['a name that is no text', { name: 7 }],
  ])('takes a package.json with %s', (_what, value) => {
    expect(findParts(seen({ 'package.json': json(value) }))).toMatchObject({
      packages: [],
      signs: { dialects: [] },
      name: undefined,
      notes: [],
    });
  });

  it('leaves out scripts that would start a deployment themselves, and says so', () => {
    const found = findParts(
      seen({
        'package.json': json({ scripts: { deploy: 'npx srdeploy run --target staging' } }),
        'deploy.sh': '#!/bin/sh\nsrdeploy run --target "$1"\n',
      }),
    );
    expect(found).toMatchObject({ packages: [], hasDeployScript: false });
    expect(found.notes).toHaveLength(2);
  });

  it('does not run deploy.sh twice where the script of package.json runs it', () => {
    const files = { 'deploy.sh': '#!/bin/sh\n', 'package.json': json({ scripts: { deploy: 'sh ./deploy.sh' } }) };
    expect(findParts(seen(files))).toMatchObject({ hasDeployScript: false, packages: [{ scripts: ['deploy'] }] });
  });

  it('is Supabase functions, without what begins with _ or . and without other files', () => {
    const names = [
      'hello/index.ts',
      'send-mail/index.ts',
      '_shared/index.ts',
      '.x/index.ts',
      'a/b/index.ts',
      'hello/x.ts',
    ];
    const found = findParts(seen(Object.fromEntries(names.map((name) => [`supabase/functions/${name}`, '']))));
    expect(found.functions).toEqual([{ folder: '', names: ['hello', 'send-mail'] }]);
    expect(found.signs.dialects).toEqual(['postgresql']);
  });

  it('is systemd units by folder; templates are none', () => {
    const found = findParts(
      seen({ 'shop.service': '', 'units/a.service': '', 'units/w@.service': '', 'x/w@.service': '' }),
    );
    expect(found.services).toEqual([
      { folder: '', files: ['shop.service'], hasTemplates: false },
      { folder: 'units', files: ['a.service'], hasTemplates: true },
    ]);
  });

  it('is Dockerfiles, by their folder', () => {
    expect(findParts(seen({ Dockerfile: '', 'api/Dockerfile': '', 'x/MyDockerfile': '' })).images).toEqual(['', 'api']);
  });

  it.each<[string, string[], object | undefined]>([
    [
      'one folder',
      ['infra/main.tf', 'infra/staging.tfvars'],
      { folder: 'infra', hasVariableFiles: true, isCertain: true },
    ],
    [
      'variables that are read anyway',
      ['infra/main.tf', 'infra/terraform.tfvars', 'infra/x.auto.tfvars'],
      { folder: 'infra', hasVariableFiles: false, isCertain: true },
    ],
    ['the top', ['main.tf', 'modules/db/main.tf'], { folder: '', hasVariableFiles: false, isCertain: true }],
    ['modules alone', ['infra/modules/db/main.tf'], undefined],
    [
      'one above others',
      ['infra/a/main.tf', 'infra/main.tf'],
      { folder: 'infra', hasVariableFiles: false, isCertain: true },
    ],
    [
      'several',
      ['infra/a/main.tf', 'infra/b/main.tf'],
      { folder: 'infra/a', hasVariableFiles: false, isCertain: false },
    ],
  ])('is Terraform in %s', (_what, paths, infra) => {
    expect(findParts(seen(Object.fromEntries(paths.map((path) => [path, ''])))).infra).toEqual(infra);
  });

  it('is the names of variables in environment files, and never a value', () => {
    const text =
      'export DATABASE_URL="postgresql://u:hunter2@h/d"\nDB_PASSWORD=hunter2\nNOTE="a\nFAKE_DATABASE_URL=x\n"\n';
    const found = findParts(
      seen({ '.env': text, '.env.production': 'REPORTS_DATABASE_URL=hunter2\nSUPABASE_URL=1', 'x/.env': '' }),
    );
    expect(found.signs).toMatchObject({
      addresses: ['DATABASE_URL', 'REPORTS_DATABASE_URL'],
      passwords: ['DB_PASSWORD'],
    });
    expect(found.supabaseVariables).toEqual(['SUPABASE_URL']);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it.each([
    ['pg', 'postgresql'],
    ['mysql2', 'mysql'],
    ['better-sqlite3', 'sqlite'],
    ['sqlite3', 'sqlite'],
    ['node-firebird', 'firebird'],
  ])('takes the dependency %s as a sign of %s', (name, dialect) => {
    const found = findParts(seen({ 'package.json': json({ devDependencies: { [name]: '1' } }) }));
    expect(found.signs.dialects).toEqual([dialect]);
  });

  it.each([
    'a*/migrations',
    '{x}/migrations',
    'a[1]/migrations',
    '!a/migrations',
    'a\\b/migrations',
    'a\uFFFD/migrations',
  ])('leaves out the folder %j, which a pattern cannot name, and says so', (folder) => {
    const { migrations, notes } = findParts(seen({ [`${folder}/V1__a.sql`]: '' }));
    expect(migrations).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(JSON.stringify(folder))]);
  });
});
