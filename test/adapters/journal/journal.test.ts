import { once } from 'node:events';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createProcesses,
  ensureStore,
  followJournal,
  type Journal,
  type JournalStretch,
  journalFile,
  listRuns,
  openAppendFile,
  openJournal,
  readJournal,
  readJournalFrom,
  runFolder,
} from '../../../adapters/index.ts';
import { encodeJournalLine, foldRun, type RunEvent, runId } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter, output, sampleRun } from '../../core/history/sample-events.ts';
import { bundledScript, messageOf, outputOf, startScript } from '../../support/bundled-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const processes = createProcesses();
let writer: string;
beforeAll(async () => {
  writer = await bundledScript('adapters/journal/journal-writer.ts');
});

async function newFolder(): Promise<string> {
  const project = await temporaryFolder();
  await ensureStore(project);
  return runFolder(project, sampleRun);
}

async function open(folder: string): Promise<Journal> {
  const opened = await openJournal(folder, processes);
  if (opened.type === 'busy') throw new Error('busy');
  return opened.journal;
}

async function eventsIn(folder: string): Promise<readonly RunEvent[]> {
  const read = await readJournal(folder);
  expect(read?.damage).toEqual([]);
  return read?.events ?? [];
}

describe('a journal on disk', () => {
  it('is missing until it is opened, and gives back what was appended, in order, also when nobody waited', async () => {
    const folder = await newFolder();
    expect(await readJournal(folder)).toBeUndefined();
    const journal = await open(folder);
    expect(journal).toMatchObject({ cutBytes: 0, lastSeq: 0 });
    const event = eventWriter();
    const events = [
      event(created()),
      event(attemptStarted()),
      ...Array.from({ length: 50 }, (_, n) => event(output('first', `line ${n}`))),
    ];
    await Promise.all(events.map((one) => journal.append(one)));
    await journal.close();
    expect(await eventsIn(folder)).toEqual(events);
    expect((await stat(journalFile(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('is cut back to its last whole line when the next attempt opens it, and goes on from there', async () => {
    const folder = await newFolder();
    const event = eventWriter();
    const [first, second] = [event(created()), event(attemptStarted())];
    await mkdir(folder, { recursive: true });
    await writeFile(journalFile(folder), `${encodeJournalLine(first)}{"v":1,"seq":2,"a`);
    expect(await readJournal(folder)).toMatchObject({ events: [first], tornBytes: 17 });
    const journal = await open(folder);
    expect(journal).toMatchObject({ cutBytes: 17, lastSeq: 1 });
    await journal.append(second);
    await journal.close();
    expect(await eventsIn(folder)).toEqual([first, second]);
  });

  it('refuses everything after a write that failed', async () => {
    const file = await openAppendFile('/dev/full');
    await expect(file.append('line\n', false)).rejects.toThrow('ENOSPC');
    await expect(file.append('line\n', true)).rejects.toThrow('ENOSPC');
    await file.close();
  });

  it('is written by one process at a time, and by the next at once when that was killed', async () => {
    const folder = await newFolder();
    const child = startScript(writer, [folder]);
    await messageOf(child);
    expect(await openJournal(folder, processes)).toMatchObject({ type: 'busy', holder: { pid: child.pid } });
    expect(await outputOf(startScript(writer, [folder]))).toBe(`busy ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'close');
    await (await open(folder)).close();
    await (await open(folder)).close();
  });

  it('keeps every event that was acknowledged when its writer is killed at any moment', async () => {
    const folder = await newFolder();
    let told = 0;
    for (let round = 0; round < 8; round += 1) {
      const child = startScript(writer, [folder]);
      child.on('message', (seq) => {
        told = Math.max(told, Number(seq));
      });
      await messageOf(child);
      await delay(Math.random() * 40);
      child.kill('SIGKILL');
      await once(child, 'close');
      const events = await eventsIn(folder);
      expect(events.length).toBeGreaterThanOrEqual(told);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    }
    expect(foldRun(await eventsIn(folder))?.attempts).toHaveLength(8);
  }, 60_000);

  it('is read from a byte on, with the places of damage in bytes of the file', async () => {
    const folder = await newFolder();
    await mkdir(folder, { recursive: true });
    const event = eventWriter();
    const lines = [event(created()), event(output('first', 'é🙂'))].map(encodeJournalLine);
    await writeFile(journalFile(folder), `${lines.join('')}broken\n`);
    const start = Buffer.byteLength(lines[0] ?? '');
    const stretches: JournalStretch[] = [];
    for await (const stretch of readJournalFrom(folder, start)) stretches.push(stretch);
    const offset = Buffer.byteLength(lines.join(''));
    expect(stretches).toMatchObject([{ events: [{ seq: 2 }], damage: [{ line: 2, offset }], end: offset + 7 }]);
  });

  it('counts its lines over all that is read, for whoever looks for a damaged one', async () => {
    const folder = await newFolder();
    await mkdir(folder, { recursive: true });
    const event = eventWriter();
    // More than two stretches, each of many lines.
    const lines = [event(created()), ...Array.from({ length: 600 }, () => event(output('first', 'x'.repeat(1_000))))];
    await writeFile(journalFile(folder), `${lines.map(encodeJournalLine).join('')}broken\n`);
    expect((await readJournal(folder))?.damage).toMatchObject([{ line: lines.length + 1 }]);
  });

  it('may be larger than what is read at once, with lines that are', async () => {
    const folder = await newFolder();
    await mkdir(folder, { recursive: true });
    const event = eventWriter();
    const events = [
      event(created()),
      ...[1e3, 9e6, 1e3, 5e6, 10].map((size) => event(output('first', 'é'.repeat(size / 2)))),
    ];
    await writeFile(journalFile(folder), events.map(encodeJournalLine).join(''));
    expect((await eventsIn(folder)).map((one) => JSON.stringify(one).length)).toEqual(
      events.map((one) => JSON.stringify(one).length),
    );
  });
});

describe('following a journal', () => {
  it('begins before the journal is there, gives every event once and ends without an error', async () => {
    const folder = await newFolder();
    const abort = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { events, damage } of followJournal(folder, 0, abort.signal)) {
        expect(damage).toEqual([]);
        seen.push(...events.map(({ seq }) => seq));
        if (seen.length === 102) abort.abort();
      }
    })();
    await delay(50);
    const journal = await open(folder);
    const event = eventWriter();
    await journal.append(event(created()));
    await journal.append(event(attemptStarted()));
    for (let n = 0; n < 100; n += 1) await journal.append(event(output('first', `line ${n}`)));
    await following;
    await journal.close();
    expect(seen).toEqual(Array.from({ length: 102 }, (_, n) => n + 1));
  });

  it('begins at a byte, waits for the end of a torn line, and sees it when it comes', async () => {
    const folder = await newFolder();
    await mkdir(folder, { recursive: true });
    const event = eventWriter();
    const [first, second] = [encodeJournalLine(event(created())), encodeJournalLine(event(attemptStarted()))];
    await writeFile(journalFile(folder), first + second.slice(0, 20));
    const abort = new AbortController();
    const following = followJournal(folder, Buffer.byteLength(first), abort.signal);
    const next = following.next();
    expect(await Promise.race([next, delay(300, 'nothing yet')])).toBe('nothing yet');
    await appendFile(journalFile(folder), second.slice(20));
    expect((await next).value).toMatchObject({ events: [{ seq: 2 }] });
    const end = following.next();
    abort.abort();
    expect(await end).toEqual({ done: true, value: undefined });
  });
});

describe('the store of a project', () => {
  it('keeps itself out of version control and is made once, also by several at once', async () => {
    const project = await temporaryFolder();
    await Promise.all(Array.from({ length: 5 }, () => ensureStore(project)));
    expect(await readFile(join(project, '.srdeploy/.gitignore'), 'utf8')).toBe('*\n');
    await writeFile(join(project, '.srdeploy/.gitignore'), '# ours\n');
    await ensureStore(project);
    expect(await readFile(join(project, '.srdeploy/.gitignore'), 'utf8')).toBe('# ours\n');
  });

  it('lists runs newest first and nothing else', async () => {
    const project = await temporaryFolder();
    expect(await listRuns(project)).toEqual([]);
    await ensureStore(project);
    const runs = ['20260205-120000-aaaaaa', '20260301-090000-zzzzzz', '20251231-235959-bbbbbb'].map(runId);
    for (const run of runs) await mkdir(runFolder(project, run));
    await mkdir(join(project, '.srdeploy/runs/lost+found'));
    expect(await listRuns(project)).toEqual([runs[1], runs[0], runs[2]]);
  });
});
