import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { RunId } from '../../core/index.ts';
import { CONTROL_VERSION, type ControlAddress, type ControlReply, type ControlRequest } from '../../protocol/index.ts';
import { jsonLine, readJsonLines } from './json-lines.ts';

/** What became of a message: the runner's answer, or that none is there. */
export type ControlAnswer = ControlReply | { readonly type: 'nobody'; readonly message: string };

const patienceMs = 5_000;

/** Sends one message to the runner of a run. */
export async function sendControl(
  folder: string,
  run: RunId,
  by: string,
  request: Exclude<ControlRequest, { type: 'hello' }>,
): Promise<ControlAnswer> {
  const control = await readControlAddress(folder);
  if (!control) return { type: 'nobody', message: 'No runner executes this run now.' };
  const socket = connect(control.address);
  socket.on('error', () => undefined); // The reader of the replies rejects with it.
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('The runner does not answer.')));
  try {
    const replies = readJsonLines(socket);
    const welcome = await ask(socket, replies, { type: 'hello', protocol: CONTROL_VERSION, run, by });
    if (welcome.type !== 'welcome') return welcome;
    return await ask(socket, replies, request);
  } catch (error) {
    return {
      type: 'nobody',
      message: `The runner cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    socket.destroy();
  }
}

/** Where the runner of a run listens; undefined where none does. */
export async function readControlAddress(folder: string): Promise<ControlAddress | undefined> {
  try {
    const control = JSON.parse(await readFile(join(folder, 'control.json'), 'utf8')) as Partial<ControlAddress> | null;
    const { address, process } = control ?? {};
    const isWhole = typeof address === 'string' && address !== '' && typeof process?.pid === 'number';
    return isWhole && typeof process.host === 'string' ? (control as ControlAddress) : undefined;
  } catch {
    return undefined; // No file: the runner has ended, or has not listened yet. A broken one is as good as none.
  }
}

async function ask(socket: Socket, replies: AsyncGenerator<unknown>, request: ControlRequest): Promise<ControlReply> {
  socket.write(jsonLine(request));
  const { value, done } = await replies.next();
  if (done) throw new Error('it closed the connection');
  return value as ControlReply;
}
