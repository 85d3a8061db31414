import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServeClient } from '../../client/serve-client.ts';
import { until } from './until.ts';

/** A runner that answers as `serve` does, and dies when asked about the project `/die`. */
const runner = `
const send = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, verb, request } = JSON.parse(line);
    if (request.project === '/die') process.exit(3);
    if (verb === 'watch') { send({ id, ok: true, reply: {} }); send({ event: 'runs-changed', project: request.project, runs: ['r'] }); }
    else if (request.project === '/bad') send({ id, ok: false, error: { code: 'NO', message: 'no', exitCode: 7 } });
    else send({ id, ok: true, reply: { plans: [], pid: process.pid } });
  }
});
process.stdin.on('end', () => process.exit(0));
`;

let folder: string;
let serve: ServeClient;
const logged: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  await writeFile(join(folder, 'runner.js'), runner);
  logged.length = 0;
  serve = new ServeClient(join(folder, 'runner.js'), (text) => logged.push(text));
});
afterEach(async () => {
  serve.dispose();
  await rm(folder, { recursive: true });
});

const pidOf = async (): Promise<number> => {
  const answer = await serve.ask('plans', { project: '/p' });
  if (!answer.ok) throw new Error(answer.error.message);
  return (answer.reply as unknown as { readonly pid: number }).pid;
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the client of serve', () => {
  it('starts nothing where nothing may be started, says why, and starts as soon as it may', async () => {
    let why: string | undefined = 'Not here.';
    const guarded = new ServeClient(
      join(folder, 'runner.js'),
      (text) => logged.push(text),
      () => why,
    );
    const refused = { ok: false, error: { code: 'NOT_TRUSTED', message: 'Not here.', exitCode: 7 } };
    expect(await guarded.ask('plans', { project: '/die' })).toEqual(refused);
    expect(logged).toEqual([]);
    why = undefined;
    expect(await guarded.ask('plans', { project: '/p' })).toMatchObject({ ok: true });
    guarded.dispose();
  });

  it('starts one process on first need and matches answers to questions', async () => {
    const [one, two, bad] = await Promise.all([pidOf(), pidOf(), serve.ask('plans', { project: '/bad' })]);
    expect(one).toBe(two);
    expect(bad).toEqual({ ok: false, error: { code: 'NO', message: 'no', exitCode: 7 } });
  });

  it('answers what was asked when the process dies, and starts it again', async () => {
    const first = await pidOf();
    const lost = await serve.ask('plans', { project: '/die' });
    expect(lost.ok).toBe(false);
    expect(await pidOf()).not.toBe(first);
  });

  it('watches again after a restart, and asks to read everything anew', async () => {
    const told: unknown[] = [];
    serve.onRunsChanged = (project, runs) => told.push([project, runs]);
    await serve.watch('/p');
    await until(() => told.length === 1);
    await serve.ask('plans', { project: '/die' });
    await until(() => told.some((one) => JSON.stringify(one) === '["/p",[]]'));
  });

  it('ends the process with the window', async () => {
    const pid = await pidOf();
    serve.dispose();
    await until(() => !isAlive(pid));
    expect((await serve.ask('plans', { project: '/p' })).ok).toBe(false);
  });
});
