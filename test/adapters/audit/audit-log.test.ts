import { once } from 'node:events';
import { appendFile, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  auditFile,
  createAuditLog,
  createClock,
  createHasher,
  createProcesses,
  ensureStore,
  moveAuditAside,
  verifyAudit,
} from '../../../adapters/index.ts';
import { type AuditEntry, type AuditEntryBody, auditGenesis, encodeAuditLine, sealEntry } from '../../../core/index.ts';
import { bundledScript, messageOf, outputOf, startScript } from '../../support/bundled-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const hasher = createHasher();
const logOf = (project: string) =>
  createAuditLog({ project, processes: createProcesses(), clock: createClock(), hasher });
const entry = (by: string): AuditEntryBody => ({ action: 'run.started', by });
const linesOf = async (project: string) => (await readFile(auditFile(project), 'utf8')).split('\n').slice(0, -1);
const entriesOf = async (project: string) => (await linesOf(project)).map((line) => JSON.parse(line) as AuditEntry);

let worker: string;
beforeAll(async () => {
  worker = await bundledScript('adapters/audit/audit-worker.ts');
});

describe('the audit log on disk', () => {
  it('keeps entries in their order, readable by this user alone', async () => {
    const project = await temporaryFolder();
    const log = logOf(project);
    expect(await log.append(entry('a'), entry('b'))).toEqual({ type: 'written' });
    expect(await log.append(entry('c'))).toEqual({ type: 'written' });
    expect((await entriesOf(project)).map(({ seq, by }) => [seq, by])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect((await stat(auditFile(project))).mode & 0o777).toBe(0o600);
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 3 });
  });

  it('writes together what is asked for at once, each in its turn', async () => {
    const project = await temporaryFolder();
    const log = logOf(project);
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(entry(`p${n}`))));
    expect((await entriesOf(project)).map(({ by }) => by)).toEqual(Array.from({ length: 200 }, (_, n) => `p${n}`));
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 200 });
  });

  it('stays one chain when two processes append 200 entries each at the same time', async () => {
    const project = await temporaryFolder();
    await Promise.all(['left', 'right'].map((name) => outputOf(startScript(worker, [project, name, '200']))));
    const entries = await entriesOf(project);
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 400 });
    for (const name of ['left', 'right']) {
      const mine = entries.filter(({ by }) => by === `${name}@host`);
      expect(mine.map(({ details }) => details?.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    }
  });

  it('has every entry that a killed process was told of, and goes on behind them', async () => {
    const project = await temporaryFolder();
    for (let round = 0; round < 6; round += 1) {
      const child = startScript(worker, [project, `round${round}`, '100000']);
      let told = -1;
      child.on('message', (n) => {
        told = Number(n);
      });
      await messageOf(child);
      for (let waited = 0; waited < round * 7; waited += 1) await once(child, 'message');
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(await logOf(project).append(entry('after'))).toEqual({ type: 'written' });
      const mine = (await entriesOf(project)).filter(({ by }) => by === `round${round}@host`);
      expect(mine.length).toBeGreaterThanOrEqual(told + 1);
      expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole' });
    }
  });

  it('cuts off the torn line of a process that died, and says so in an entry of its own', async () => {
    const project = await temporaryFolder();
    await logOf(project).append(entry('a'));
    await appendFile(auditFile(project), '{"action":"run.st');
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 1, tornBytes: 17 });
    expect(await logOf(project).append()).toEqual({ type: 'written' });
    expect(await logOf(project).append(entry('b'))).toEqual({ type: 'written' });
    expect(await entriesOf(project)).toMatchObject([
      { by: 'a' },
      { action: 'audit.torn', by: 'b', details: { bytes: 17, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { by: 'b' },
    ]);
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 3 });
  });

  it.each<[string, (file: string) => Promise<unknown>]>([
    [
      'its last line was changed',
      async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('"by":"c"', '"by":"x"')),
    ],
    ['its end was cut off', async (file) => truncate(file, (await readFile(file, 'utf8')).split('\n')[0]?.length ?? 0)],
    [
      'its end was cut off',
      async (file) => writeFile(file, `${(await readFile(file, 'utf8')).split('\n').slice(0, 2).join('\n')}\n`),
    ],
    ['its end was cut off', (file) => rm(file)],
  ])('takes nothing more when %s', async (why, tamper) => {
    const project = await temporaryFolder();
    await logOf(project).append(entry('a'), entry('b'), entry('c'));
    await tamper(auditFile(project));
    const before = await readFile(auditFile(project), 'utf8').catch(() => '');
    const refused = { type: 'unwritable', message: expect.stringContaining(why) };
    expect(await logOf(project).append(entry('d'))).toEqual(refused);
    expect(await logOf(project).append()).toEqual(refused);
    expect(await readFile(auditFile(project), 'utf8')).toBe(before);
    await moveAuditAside(project, new Date());
    expect(await logOf(project).append(entry('e'))).toEqual({ type: 'written' });
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 1 });
  });

  it('says what the system says where it cannot be written: a full disk, no file', async () => {
    const full = await temporaryFolder();
    await ensureStore(full);
    await symlink('/dev/full', auditFile(full));
    expect(await logOf(full).append(entry('a'))).toMatchObject({ message: expect.stringContaining('ENOSPC') });
    const folder = await temporaryFolder();
    await ensureStore(folder);
    await mkdir(auditFile(folder));
    expect(await logOf(folder).append(entry('a'))).toMatchObject({ message: expect.stringContaining('EISDIR') });
    expect(await logOf('/proc/nowhere').append(entry('a'))).toMatchObject({ type: 'unwritable' });
  });

  it('is checked a piece at a time, however long it is: a change in one of 100,000 entries is named', async () => {
    const project = await temporaryFolder();
    await ensureStore(project);
    let text = '';
    for (let n = 0, last: { seq: number; hash: AuditEntry['hash'] } = auditGenesis; n < 100_000; n += 1) {
      const sealed = sealEntry(
        { action: 'run.started', by: 'dana@work', reason: `entry ${n}` },
        '2026-11-21T02:00:00Z',
        last,
        hasher,
      );
      text += `${encodeAuditLine(sealed)}\n`;
      last = sealed;
      if (n % 5_000 === 4_999) {
        await appendFile(auditFile(project), text);
        text = '';
      }
    }
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'whole', entries: 100_000 });
    const broken = (await readFile(auditFile(project), 'utf8')).replace('entry 77777', 'entry 77778');
    await writeFile(auditFile(project), broken);
    expect(await verifyAudit(project, hasher)).toMatchObject({ type: 'broken', line: 77_778, why: 'changed' });
  });
});
