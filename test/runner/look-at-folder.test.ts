import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { lookAtFolder } from '../../runner/look-at-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

it('looks at 2,000 entries of one folder and at 20,000 of all, those nearest to the top first', async () => {
  const folder = await folderWith({ 'a/near.sql': '', 'a/deeper/still/far.sql': '' });
  for (let wide = 0; wide < 10; wide++) {
    const name = join(folder, 'wide', String(wide));
    await mkdir(join(name, 'below'), { recursive: true });
    await Promise.all(Array.from({ length: 2_000 }, (_, i) => writeFile(join(name, `${String(i)}.txt`), '')));
  }
  const { files, notes } = lookAtFolder(folder);
  expect(files).toContain('a/near.sql');
  expect(files).not.toContain('a/deeper/still/far.sql');
  expect(files.length).toBeLessThan(20_000);
  expect(notes).toContain('Of the folder "wide/0" only 2,000 files and folders were looked at.');
  expect(notes.at(-1)).toBe('Only the first 20,000 files and folders were looked at, those nearest to the top.');
}, 120_000);

it('reads the texts that say what there is, and no long one', async () => {
  const folder = await folderWith({
    'package.json': '{}',
    'web/package.json': '[]',
    '.env': 'A=1',
    'deploy.sh': 'x'.repeat(1_000_001),
    'README.md': 'text',
  });
  const { texts, notes } = lookAtFolder(folder);
  expect([...texts]).toEqual([
    ['.env', 'A=1'],
    ['package.json', '{}'],
    ['web/package.json', '[]'],
  ]);
  expect(notes).toContain('"deploy.sh" was left out: it is longer than 1 MB.');
});

it('throws where the folder itself is not there', async () => {
  expect(() => lookAtFolder(join('/', 'no', 'such', 'folder'))).toThrow('ENOENT');
});
