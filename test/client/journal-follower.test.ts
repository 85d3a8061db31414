import { appendFile, mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalFollower } from '../../client/journal-follower.ts';
import type { RunEvent } from '../../core/index.ts';
import { output, startedRun } from './events.ts';
import { until } from './until.ts';

let folder: string;
let file: string;
let follower: JournalFollower | undefined;
const events: RunEvent[] = [];
const problems: string[] = [];

const follow = (onEvents = async (some: readonly RunEvent[]) => void events.push(...some)) => {
  follower = new JournalFollower({ file, onEvents, onProblem: (message) => problems.push(message) });
};
const line = (event: RunEvent): string => `${JSON.stringify(event)}\n`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'follower-'));
  file = join(folder, 'runs', 'events.jsonl');
  await mkdir(join(folder, 'runs'));
  events.length = 0;
  problems.length = 0;
});
afterEach(async () => {
  follower?.dispose();
  await follower?.ended;
  await rm(folder, { recursive: true });
});

describe('a journal follower', () => {
  it('waits for a journal that is not there yet and then hears every event once, in order', async () => {
    follow();
    const all = startedRun();
    for (const event of all) await appendFile(file, line(event));
    await until(() => events.length === all.length);
    expect(events.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq));
    expect(problems).toEqual([]);
  });

  it('hears an event that is appended while it follows', async () => {
    await appendFile(file, startedRun().map(line).join(''));
    follow();
    await until(() => events.length === 3);
    await appendFile(file, line(output(4, 'step_1', ['hello'])));
    await until(() => events.length === 4);
    expect(events.at(-1)?.seq).toBe(4);
  });

  it('tells nothing of a line whose end is not written, and all of it when the end comes', async () => {
    const whole = line(output(1, 'step_1', ['a', 'b']));
    await appendFile(file, whole.slice(0, 30));
    follow();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toEqual([]);
    await appendFile(file, whole.slice(30));
    await until(() => events.length === 1);
    expect(problems).toEqual([]);
  });

  it('goes on rightly after a torn line was cut off by the runner that resumed', async () => {
    const [first] = startedRun();
    if (!first) throw new Error('no event');
    await appendFile(file, line(first));
    const { size } = await stat(file);
    await appendFile(file, '{"v":1,"seq":2,"at":"torn');
    follow();
    await until(() => events.length === 1);
    await truncate(file, size);
    await appendFile(file, line(output(2, 'step_1', ['after'])));
    await until(() => events.length === 2);
    expect(problems).toEqual([]);
  });

  it('reads lines far longer than a chunk, with characters of several bytes', async () => {
    const text = '§€𝄞'.repeat(200_000);
    await appendFile(file, line(output(1, 'step_1', [text])));
    follow();
    await until(() => events.length === 1);
    const [event] = events;
    expect(event?.type === 'operation.output' && event.lines[0]?.text === text).toBe(true);
  });

  it('reads no further while its listener is busy', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let calls = 0;
    await appendFile(file, line(output(1, 'step_1', ['a'])));
    follow(async () => {
      calls += 1;
      await gate;
    });
    await until(() => calls === 1);
    await appendFile(file, line(output(2, 'step_1', ['b'])));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(calls).toBe(1);
    release();
    await until(() => calls === 2);
  });

  it('reports a line that is no event and goes on after it', async () => {
    await appendFile(file, `nonsense\n${line(output(2, 'step_1', ['b']))}`);
    follow();
    await until(() => events.length === 1);
    expect(problems).toHaveLength(1);
  });
});
