import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askRun } from '../../client/control-client.ts';
import { readJsonLines } from '../../client/json-lines.ts';
import { controlFile } from '../../client/run-files.ts';
import type { ControlReply, ControlRequest } from '../../protocol/index.ts';
import { sampleRun } from './events.ts';

let project: string;
let server: Server | undefined;
const heard: ControlRequest[] = [];
const ref = () => ({ project, run: sampleRun });

async function listen(reply: (request: ControlRequest) => ControlReply | 'hang-up'): Promise<void> {
  const address = join(project, 'control.sock');
  server = createServer((socket) => {
    socket.on('error', () => {});
    readJsonLines(
      socket,
      (message) => {
        heard.push(message as ControlRequest);
        const answer = reply(message as ControlRequest);
        if (answer === 'hang-up') socket.destroy();
        else socket.write(`${JSON.stringify(answer)}\n`);
      },
      () => {},
    );
  });
  await new Promise<void>((resolve) => server?.listen(address, resolve));
  await announce({ v: 1, protocol: 1, address, pid: 1 });
}

async function announce(control: object): Promise<void> {
  const file = controlFile(project, sampleRun);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(control));
}

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'ctl-'));
  heard.length = 0;
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(project, { recursive: true });
});

describe('asking a run', () => {
  it('shakes hands, hands over the request and hears that it was accepted', async () => {
    await listen(({ type }) =>
      type === 'hello' ? { type: 'welcome', protocol: 1, run: sampleRun } : { type: 'accepted' },
    );
    expect(await askRun(ref(), 'ana', { type: 'cancel' })).toEqual({ type: 'accepted' });
    expect(heard).toEqual([{ type: 'hello', protocol: 1, run: sampleRun, by: 'ana' }, { type: 'cancel' }]);
  });

  it('hears why a request was refused, also at the handshake', async () => {
    await listen(() => ({ type: 'refused', message: 'Another run listens here.' }));
    expect(await askRun(ref(), 'ana', { type: 'cancel' })).toEqual({
      type: 'refused',
      message: 'Another run listens here.',
    });
  });

  it('says that nobody is there when the runner hangs up, is dead, or never was', async () => {
    await listen(() => 'hang-up');
    expect((await askRun(ref(), 'ana', { type: 'cancel' })).type).toBe('gone');
    await announce({ v: 1, protocol: 1, address: join(project, 'nobody.sock'), pid: 1 });
    expect((await askRun(ref(), 'ana', { type: 'cancel' })).type).toBe('gone');
    await rm(controlFile(project, sampleRun));
    expect((await askRun(ref(), 'ana', { type: 'cancel' })).type).toBe('gone');
  });

  it('does not talk to a runner of another protocol', async () => {
    await announce({ v: 1, protocol: 2, address: join(project, 'nobody.sock'), pid: 1 });
    const answer = await askRun(ref(), 'ana', { type: 'cancel' });
    expect(answer.type === 'refused' && answer.message).toContain('another version');
  });
});
