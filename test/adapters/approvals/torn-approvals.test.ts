import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApprovals } from '../../../adapters/index.ts';
import { digest } from '../../../core/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const planDigest = digest('a'.repeat(64));
const by = (name: string) => ({ planDigest, by: name, at: '2026-02-05T12:00:00.000Z', comment: '' });

describe('approvals in files', () => {
  it('go on after a torn line, which counts as none', async () => {
    const project = await temporaryFolder();
    const approvals = createApprovals(project);
    await approvals.record(by('ann'));
    const file = join(project, '.srdeploy/approvals', `${planDigest}.jsonl`);
    await appendFile(file, '{"planDigest":"aaaa","by":"b');
    expect(await approvals.of(planDigest)).toEqual([by('ann')]);
    await approvals.record(by('cem'));
    expect(await approvals.of(planDigest)).toEqual([by('ann'), by('cem')]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(project, '.srdeploy/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('do not count for a plan whose digest they do not name', async () => {
    const project = await temporaryFolder();
    await mkdir(join(project, '.srdeploy/approvals'), { recursive: true });
    const other = digest('b'.repeat(64));
    await writeFile(join(project, '.srdeploy/approvals', `${other}.jsonl`), `${JSON.stringify(by('ann'))}\n`);
    expect(await createApprovals(project).of(other)).toEqual([]);
  });

  it('are refused for what is no digest', async () => {
    const approvals = createApprovals(await temporaryFolder());
    await expect(approvals.of(digest('../../etc/passwd'))).rejects.toThrow('Not the digest');
  });
});
