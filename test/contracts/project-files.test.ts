import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProjectFiles } from '../../adapters/index.ts';
import type { ProjectFiles } from '../../core/index.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Contents = Readonly<Record<string, string>>;

async function realFiles(contents: Contents): Promise<ProjectFiles> {
  const project = await temporaryFolder();
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  return createProjectFiles(project);
}

const makers: readonly (readonly [string, (contents: Contents) => Promise<ProjectFiles>])[] = [
  ['the fake', async (contents) => fakeFiles(contents)],
  ['the disk', realFiles],
];

describe.each(makers)("a project's files: %s", (_, make) => {
  const contents = { 'migrations/first.sql': 'SELECT 1;\r\n', 'bom.sql': '\uFEFFSELECT 2;', 'empty.sql': '' };

  it('are read as they are, without a byte order mark', async () => {
    const files = await make(contents);
    expect(await files.readText('migrations/first.sql')).toEqual({ type: 'found', text: 'SELECT 1;\r\n' });
    expect(await files.readText('./migrations/../bom.sql')).toEqual({ type: 'found', text: 'SELECT 2;' });
    expect(await files.readText('empty.sql')).toEqual({ type: 'found', text: '' });
  });

  it('may be missing, be no files, or lie outside', async () => {
    const files = await make(contents);
    expect(await files.readText('migrations/second.sql')).toEqual({ type: 'missing' });
    expect(await files.readText('bom.sql/below.sql')).toEqual({ type: 'missing' });
    expect(await files.readText('migrations')).toEqual({ type: 'not-a-file' });
    expect(await files.readText('.')).toEqual({ type: 'not-a-file' });
    for (const path of ['../up.sql', 'migrations/../../up.sql', '/etc/passwd', '..']) {
      expect([path, await files.readText(path)]).toEqual([path, { type: 'outside' }]);
    }
  });

  it('have absolute paths that are read as well', async () => {
    const files = await make(contents);
    expect(await files.readText(files.absolute('migrations/first.sql'))).toMatchObject({ type: 'found' });
  });

  it('are prepared for writing inside the project only', async () => {
    const files = await make(contents);
    const absolute = files.absolute('backups/today/shop.db');
    expect(await files.prepareForWriting('backups/today/shop.db')).toEqual({ type: 'ready', absolute });
    expect(await files.prepareForWriting('../shop.db')).toMatchObject({ type: 'refused' });
  });

  it('say how much room there is, also for a place that is not there yet', async () => {
    const files = await make(contents);
    expect(await files.freeBytes('not/there/yet')).toBeGreaterThan(0);
    expect(await files.freeBytes('bom.sql')).toBeGreaterThan(0);
  });
});
