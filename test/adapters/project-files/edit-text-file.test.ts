import { chmod, mkdir, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcesses, editTextFile } from '../../../adapters/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const processes = createProcesses();

async function projectWith(content?: string | Uint8Array) {
  const project = await temporaryFolder();
  const file = join(project, 'config.json');
  if (content !== undefined) await writeFile(file, content);
  const edit = (decide: Parameters<typeof editTextFile>[1]) =>
    editTextFile({ project, path: 'config.json', processes }, decide);
  return { project, file, edit };
}

/** What an edit must not leave behind. */
const leftovers = async (project: string) => (await readdir(project)).filter((name) => name.endsWith('.tmp'));

describe('editing a text file that people write too', () => {
  it('gives it the new text and keeps its mode and its byte order mark', async () => {
    const { project, file, edit } = await projectWith('\uFEFFone');
    await chmod(file, 0o664);
    const seen: unknown[] = [];
    const edited = await edit(async (found) => {
      seen.push(found);
      return 'two';
    });
    expect(edited).toEqual({ type: 'written' });
    expect(seen).toEqual([{ type: 'found', text: 'one' }]);
    expect(await readFile(file, 'utf8')).toBe('\uFEFFtwo');
    expect((await stat(file)).mode & 0o777).toBe(0o664);
    expect(await leftovers(project)).toEqual([]);
  });

  it('leaves it alone where nothing is to be written', async () => {
    const { file, edit } = await projectWith('one');
    const before = await stat(file);
    expect(await edit(async () => undefined)).toEqual({ type: 'kept' });
    expect((await stat(file)).ino).toBe(before.ino);
  });

  it('makes it where it is missing, unless somebody else does so meanwhile', async () => {
    const { project, file, edit } = await projectWith();
    const late = await edit(async (found) => {
      expect(found).toEqual({ type: 'missing' });
      await writeFile(file, 'theirs');
      return 'ours';
    });
    expect(late).toEqual({ type: 'changed' });
    expect(await readFile(file, 'utf8')).toBe('theirs');
    await rename(file, join(project, 'aside'));
    expect(await edit(async () => 'ours')).toEqual({ type: 'written' });
    expect(await readFile(file, 'utf8')).toBe('ours');
    expect((await stat(file)).mode & 0o444).toBe(0o444 & ~process.umask());
    expect(await leftovers(project)).toEqual([]);
  });

  it('never writes over what somebody wrote while the edit was decided on', async () => {
    const { project, file, edit } = await projectWith('one');
    const edited = await edit(async () => {
      await writeFile(file, 'theirs');
      return 'ours';
    });
    expect(edited).toEqual({ type: 'changed' });
    expect(await readFile(file, 'utf8')).toBe('theirs');
    expect(await leftovers(project)).toEqual([]);
  });

  it('loses none of the edits that are made at once', async () => {
    const { file, edit } = await projectWith('0');
    const add = () => edit(async (found) => (found.type === 'found' ? `${Number(found.text) + 1}` : undefined));
    expect(await Promise.all(Array.from({ length: 12 }, add))).toEqual(Array(12).fill({ type: 'written' }));
    expect(await readFile(file, 'utf8')).toBe('12');
  });

  it('follows a link inside of the project and leaves it a link, and none that leads out', async () => {
    const { project, file, edit } = await projectWith();
    const outside = join(await temporaryFolder(), 'other.json');
    await mkdir(join(project, 'conf'));
    await writeFile(join(project, 'conf/real.json'), 'one');
    await symlink('conf/real.json', file);
    expect(await edit(async () => 'two')).toEqual({ type: 'written' });
    expect([await readlink(file), await readFile(join(project, 'conf/real.json'), 'utf8')]).toEqual([
      'conf/real.json',
      'two',
    ]);
    await writeFile(outside, 'theirs');
    await rename(file, join(project, 'aside'));
    await symlink(outside, file);
    expect(await edit(async () => 'ours')).toMatchObject({ type: 'refused', message: expect.stringContaining('link') });
    expect(await readFile(outside, 'utf8')).toBe('theirs');
  });

  it('tells of what is no text and lets the error of a decision through', async () => {
    const { file, edit } = await projectWith(Uint8Array.of(0xff, 0xfe, 0x41, 0));
    await edit(async (found) => {
      expect(found).toMatchObject({ type: 'unreadable', message: expect.stringContaining('UTF-16') });
      return undefined;
    });
    await expect(edit(() => Promise.reject(new Error('a defect')))).rejects.toThrow('a defect');
    await writeFile(file, 'one');
    expect(await edit(async () => 'two')).toEqual({ type: 'written' });
  });
});
