import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchFiles } from '../../../adapters/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function projectOf(...files: readonly string[]): Promise<string> {
  const root = join(await temporaryFolder(), 'project');
  await mkdir(root);
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
  return root;
}

const matched = async (root: string, pattern: string): Promise<readonly string[] | undefined> =>
  (await matchFiles(root, [pattern]))[0];

describe('the files that a glob matches', () => {
  it('are those of real globs: ** is for any folders or none, * for no /', async () => {
    const root = await projectOf(
      'src/index.ts',
      'src/a/b/x.ts',
      'src/a.js',
      'm/001.sql',
      'm/archived/001.sql',
      'w.service',
    );
    expect(await matched(root, 'src/**/*.ts')).toEqual(['src/a/b/x.ts', 'src/index.ts']);
    expect(await matched(root, '**/*.ts')).toEqual(['src/a/b/x.ts', 'src/index.ts']);
    expect(await matched(root, 'm/*.sql')).toEqual(['m/001.sql']);
    expect(await matched(root, '*.service')).toEqual(['w.service']);
    expect(await matched(root, 'm/**')).toEqual(['m/001.sql', 'm/archived/001.sql']);
    expect(await matched(root, 'src/a/*/x.ts')).toEqual(['src/a/b/x.ts']);
    expect(await matched(root, './src//*.{ts,js}')).toEqual(['src/a.js', 'src/index.ts']);
    expect(await matched(root, '{m,src/a}/**/*')).toEqual(['m/001.sql', 'm/archived/001.sql', 'src/a/b/x.ts']);
    expect(await matched(root, 'm/001.sql')).toEqual(['m/001.sql']);
  });

  it('are files only, never folders', async () => {
    const root = await projectOf('a/b/x');
    expect(await matchFiles(root, ['a', 'a/', 'a/*', '*', 'a/b', 'a/b/x/'])).toEqual([[], [], [], [], [], ['a/b/x']]);
  });

  it('are told for each glob, in the order of the globs, also where two are the same or match the same', async () => {
    const root = await projectOf('b.sql', 'a.sql', 'B.sql', 'ä.sql', 'a/1.sql');
    const sorted = ['B.sql', 'a.sql', 'b.sql', 'ä.sql'];
    expect(await matchFiles(root, ['*.sql', 'no', 'a/*', '*.sql', '[ab].sql'])).toEqual([
      sorted,
      [],
      ['a/1.sql'],
      sorted,
      ['a.sql', 'b.sql'],
    ]);
    expect(await matchFiles(root, [])).toEqual([]);
  });

  it('begin with a dot only where the glob says so', async () => {
    const root = await projectOf('.env', '.github/x.yml', '.github/.y.yml', 'a/.b/c.yml', 'a/c.yml');
    expect(await matched(root, '**')).toEqual(['a/c.yml']);
    expect(await matched(root, '*')).toEqual([]);
    expect(await matched(root, '.*')).toEqual(['.env']);
    expect(await matched(root, '.github/*.yml')).toEqual(['.github/x.yml']);
    expect(await matched(root, '**/.b/*.yml')).toEqual(['a/.b/c.yml']);
    expect(await matched(root, 'a/{.b,d}/*.yml')).toEqual(['a/.b/c.yml']);
  });

  it('are never those of packages, of git or our own', async () => {
    const root = await projectOf(
      'node_modules/x/a.sql',
      'a/node_modules/a.sql',
      '.git/a.sql',
      '.srdeploy/a.sql',
      'a/a.sql',
    );
    expect(await matched(root, '**/*.sql')).toEqual(['a/a.sql']);
    expect(await matched(root, '{.git,.srdeploy,node_modules/x,a/node_modules}/*.sql')).toEqual([]);
    expect(await matched(root, 'node_modules/x/*.sql')).toEqual([]);
  });

  it('may have any name', async () => {
    const names = [
      'two words',
      'line\nbreak',
      "it's",
      'a"b',
      '[x]',
      '{a,b}',
      '*',
      '?',
      '\\',
      '!x',
      '$(x)',
      '-rf',
      'ü🚀',
      '(a)',
    ];
    const root = await projectOf(...names.map((name) => `d/${name}/${name}.sql`));
    const wanted = names.map((name) => `d/${name}/${name}.sql`).sort();
    for (const pattern of ['d/*/*.sql', 'd/**', '**/*.sql', '*/**/*'])
      expect(await matched(root, pattern)).toEqual(wanted);
    expect(await matched(root, 'd/two words/*')).toEqual(['d/two words/two words.sql']);
    expect(await matched(root, 'd/\\[x\\]/*')).toEqual(['d/[x]/[x].sql']);
    expect(await matched(root, 'd/!x/*')).toEqual(['d/!x/!x.sql']);
    expect(await matched(root, '!x')).toEqual([]);
  });

  it('are in the project, whatever the glob says', async () => {
    const root = await projectOf('a/x.sql');
    await writeFile(join(root, '../out.sql'), '');
    expect(
      await matchFiles(root, ['../*.sql', '../project/a/*.sql', 'a/../../*', `${root}/a/*.sql`, '/**', 'a/../a/*']),
    ).toEqual(Array.from({ length: 6 }, () => []));
  });

  it('are found through links that stay in the project, once each', async () => {
    const root = await projectOf('db/migrations/1.sql', 'db/2.sql');
    await writeFile(join(root, '../out.sql'), '');
    await symlink('db/migrations', join(root, 'migrations'));
    await symlink('2.sql', join(root, 'db/3.sql'));
    await symlink('../../out.sql', join(root, 'db/leak.sql'));
    await symlink('nowhere', join(root, 'db/dangling.sql'));
    await symlink('..', join(root, 'up'));
    await symlink('.', join(root, 'db/self'));
    await symlink('..', join(root, 'db/loop'));
    await symlink('round.sql', join(root, 'db/round.sql'));
    expect(await matched(root, 'migrations/*.sql')).toEqual(['migrations/1.sql']);
    expect(await matched(root, 'db/*.sql')).toEqual(['db/2.sql', 'db/3.sql']);
    expect(await matched(root, 'up/*.sql')).toEqual([]);
    expect(await matchFiles(root, ['**/*.sql', 'migrations/**', '*/*/*.sql'])).toEqual([
      ['db/2.sql', 'db/3.sql', 'db/migrations/1.sql'],
      ['migrations/1.sql'],
      ['db/migrations/1.sql'],
    ]);
  });

  it('are none where the project or a folder is not there', async () => {
    const root = await projectOf('a.sql');
    expect(await matchFiles(root, ['b/*.sql', 'a.sql/*', 'b/c/d.sql'])).toEqual([[], [], []]);
    expect(await matched(join(root, 'gone'), '**')).toEqual([]);
  });

  it('are looked for only in folders in which a glob may match', async () => {
    const root = await projectOf('a/1.sql', 'a/b/2.sql', 'data/3.sql');
    await chmod(dirname(root), 0o755);
    await chmod(join(root, 'data'), 0o000);
    await asNobody(async () => {
      expect(await matchFiles(root, ['a/*.sql', '*/b/*.sql', '*.sql'])).toEqual([['a/1.sql'], ['a/b/2.sql'], []]);
      // Nobody asked for this very folder, such as the one in which a server keeps its own files.
      expect(await matched(root, '**/*.sql')).toEqual(['a/1.sql', 'a/b/2.sql']);
      await expect(matchFiles(root, ['data/*.sql'])).rejects.toThrow('EACCES');
    });
    await chmod(join(root, 'data'), 0o700);
  });
});

/** Root may read any folder. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
