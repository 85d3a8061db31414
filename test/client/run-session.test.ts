import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunSession } from '../../client/panels/run-session.ts';
import type { Liveness, RunEvent } from '../../core/index.ts';
import type { ToRunPanel } from '../../protocol/index.ts';
import { event, finished, output, sampleRun, startedRun } from './events.ts';
import { until } from './until.ts';

let folder: string;
let journal: string;
let session: RunSession | undefined;
let liveness: Liveness = 'live';
const sent: ToRunPanel[] = [];
const write = (...events: readonly RunEvent[]) =>
  appendFile(journal, events.map((one) => `${JSON.stringify(one)}\n`).join(''));
const views = () => sent.flatMap((message) => (message.type === 'run' ? [message.run] : []));
const batches = () => sent.flatMap((message) => (message.type === 'log' ? [message] : []));

function begin(): void {
  session = new RunSession({
    state: { project: folder, run: sampleRun },
    journal,
    send: (message) => sent.push(message),
    liveness: async () => liveness,
    rollbacks: async () => [],
    isProduction: async () => true,
    groups: async () => ({ step_1: 'tables' }),
    log: (message) => sent.push({ type: 'notice', notice: { severity: 'error', message } }),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
  journal = join(folder, 'events.jsonl');
  liveness = 'live';
  sent.length = 0;
});
afterEach(async () => {
  session?.dispose();
  await rm(folder, { recursive: true });
});

describe('a session of the run panel', () => {
  it('begins with a reset and shows the run as its journal says it', async () => {
    await write(...startedRun(), output(4, 'step_1', ['one', 'two']));
    begin();
    await until(() => batches().length === 1);
    expect(sent[0]).toEqual({ type: 'reset' });
    expect(views().at(-1)).toMatchObject({ status: 'running', plan: { name: 'Shop release' } });
    expect(batches()[0]?.lines).toEqual([
      { stream: 'stdout', text: 'one', index: 0 },
      { stream: 'stdout', text: 'two', index: 1 },
    ]);
    expect(sent.find((message) => message.type === 'run')).toMatchObject({
      production: true,
      groups: { step_1: 'tables' },
    });
  });

  it('shows a dead run as interrupted at once, never as running first', async () => {
    liveness = 'dead';
    await write(...startedRun());
    begin();
    await until(() => views().length > 0);
    expect(views().map(({ status }) => status)).not.toContain('running');
  });

  it('turns to interrupted when the runner dies', async () => {
    await write(...startedRun());
    begin();
    await until(() => views().at(-1)?.status === 'running');
    liveness = 'dead';
    await until(() => views().at(-1)?.status === 'interrupted', 4_000);
  });

  it('has at most eight batches of at most 1,000 lines on their way, and loses none', async () => {
    const lines = Array.from({ length: 20_500 }, (_, index) => `line ${index}`);
    await write(...startedRun(), output(4, 'step_1', lines), finished(5, 'step_1', 'succeeded'));
    begin();
    await until(() => batches().length === 8);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(batches()).toHaveLength(8);
    expect(Math.max(...batches().map((batch) => batch.lines.length))).toBeLessThanOrEqual(1_000);
    for (let credit = 0; credit < 13; credit += 1) session?.credit();
    await until(() => batches().length === 21);
    expect(batches().flatMap((batch) => batch.lines.map(({ text }) => text))).toEqual(lines);
    expect(batches().at(-1)?.lines.at(-1)?.index).toBe(20_499);
  });

  it('says whose lock the run waits for until it has it', async () => {
    const lease = {
      id: 'l' as never,
      holder: { who: 'bo@build', process: { host: 'build', bootId: 'b', pid: 1, startTime: '1' } },
      run: sampleRun,
      operation: undefined,
      planDigest: 'd' as never,
      acquiredAt: '2026-02-05T12:00:00Z',
      beat: 1,
      heartbeatAt: '2026-02-05T12:00:00Z',
    };
    await write(...startedRun().slice(0, 2), event(3, { type: 'lock.waiting', holder: lease }));
    begin();
    await until(() =>
      sent.some((message) => message.type === 'notice' && (message.notice?.message ?? '').includes('bo@build')),
    );
    await write(event(4, { type: 'lock.acquired', lock: 'l' as never, epoch: 1 }));
    await until(() => sent.some((message) => message.type === 'notice' && message.notice === undefined));
  });
});
