import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProjectFiles } from '../../../adapters/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function project() {
  const outer = await temporaryFolder();
  const root = join(outer, 'project');
  await mkdir(join(root, 'migrations'), { recursive: true });
  await mkdir(join(outer, 'project-2'));
  await writeFile(join(outer, 'secret.sql'), 'SELECT 42;');
  await writeFile(join(outer, 'project-2/near.sql'), 'SELECT 43;');
  await writeFile(join(root, 'migrations/first.sql'), 'SELECT 1;');
  return { outer, root, files: createProjectFiles(root) };
}

describe('project files on disk', () => {
  it('are read through links that stay inside and not through those that leave', async () => {
    const { outer, root, files } = await project();
    await symlink('migrations', join(root, 'inside'));
    await symlink(join(outer, 'secret.sql'), join(root, 'leak.sql'));
    await symlink('..', join(root, 'up'));
    await symlink(join(outer, 'project-2'), join(root, 'near'));
    expect(await files.readText('inside/first.sql')).toEqual({ type: 'found', text: 'SELECT 1;' });
    for (const path of ['leak.sql', 'up/secret.sql', 'up/not-there.sql', 'near/near.sql', '../project-2/near.sql']) {
      expect([path, await files.readText(path)]).toEqual([path, { type: 'outside' }]);
    }
  });

  it('are found in a project that is itself reached through a link', async () => {
    const { outer, root } = await project();
    await symlink(root, join(outer, 'link'));
    const files = createProjectFiles(join(outer, 'link'));
    expect(await files.readText('migrations/first.sql')).toMatchObject({ type: 'found' });
    expect(await files.prepareForWriting('backups/a.db')).toEqual({
      type: 'ready',
      absolute: join(root, 'backups/a.db'),
    });
  });

  it('are not written through links that leave or lead nowhere, and nothing is made on the way', async () => {
    const { outer, root, files } = await project();
    await symlink('..', join(root, 'up'));
    await symlink(join(outer, 'not-there'), join(root, 'dangling'));
    for (const path of ['up/new/a.db', 'dangling', 'dangling/a.db', '/tmp/../a.db']) {
      expect([path, await files.prepareForWriting(path)]).toMatchObject([path, { type: 'refused' }]);
    }
    expect((await readdir(outer)).sort()).toEqual(['project', 'project-2', 'secret.sql']);
    expect(await files.readText('dangling')).toEqual({ type: 'missing' });
  });

  it('have the folders above them made when they are to be written, but not themselves', async () => {
    const { root, files } = await project();
    expect(await files.prepareForWriting('backups/2026/shop.db')).toMatchObject({ type: 'ready' });
    expect(await readdir(join(root, 'backups/2026'))).toEqual([]);
    expect(await files.prepareForWriting('migrations/first.sql/shop.db')).toMatchObject({ type: 'refused' });
    files.absolute('nowhere/at/all');
    await expect(stat(join(root, 'nowhere'))).rejects.toThrow('ENOENT');
  });

  it('are text in UTF-8 or unreadable, with words that say what to do', async () => {
    const { root, files } = await project();
    const cases = [
      [Buffer.from('\uFEFFSELECT 1;', 'utf16le'), 'is UTF-16 (little-endian). Save it as UTF-8.'],
      [Buffer.from([0xfe, 0xff, 0, 0x53]), 'is UTF-16 (big-endian). Save it as UTF-8.'],
      [Buffer.from("INSERT INTO t VALUES ('Käse');", 'latin1'), 'ISO 8859-1 or Windows-1252'],
    ] as const;
    for (const [bytes, words] of cases) {
      await writeFile(join(root, 'odd.sql'), bytes);
      const read = await files.readText('odd.sql');
      expect(read).toMatchObject({ type: 'unreadable' });
      expect(read.type === 'unreadable' && read.message).toContain(words);
    }
  });

  it('may be no files at all: a pipe is not waited for, a loop of links not followed', async () => {
    const { root, files } = await project();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await symlink('loop', join(root, 'loop'));
    expect(await files.readText('pipe')).toEqual({ type: 'not-a-file' });
    expect(await files.readText('loop')).toMatchObject({ type: 'unreadable' });
    expect(await files.readText('a\0b')).toEqual({ type: 'outside' });
  });
});
