import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { CONTROL_VERSION, type ControlAddress, type ControlReply, type ControlRequest } from '../protocol/index.ts';
import { readJsonLines } from './json-lines.ts';
import { controlFile, type RunRef } from './run-files.ts';

/** What a person asks of a run that is under way. */
export type RunRequest = Exclude<ControlRequest, { readonly type: 'hello' }>;

export type ControlAnswer =
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly message: string }
  /** Nobody listens: the runner has ended, or never started. */
  | { readonly type: 'gone'; readonly message: string };

const ANSWER_MS = 5_000;

/** Hands one request to the runner of a run. What comes of it is an event in the journal. */
export async function askRun(ref: RunRef, by: string, request: RunRequest): Promise<ControlAnswer> {
  const address = await addressOf(ref);
  if (address === undefined) return { type: 'gone', message: 'Nothing executes this run any more.' };
  if (address.protocol !== CONTROL_VERSION)
    return {
      type: 'refused',
      message: `The run was started by another version (control protocol ${address.protocol}). Use that version to control it.`,
    };
  return talk(connect(address.address), { type: 'hello', protocol: CONTROL_VERSION, run: ref.run, by }, request);
}

async function addressOf({ project, run }: RunRef): Promise<ControlAddress | undefined> {
  try {
    const value = JSON.parse(await readFile(controlFile(project, run), 'utf8')) as Partial<ControlAddress>;
    if (typeof value.address === 'string' && typeof value.protocol === 'number') return value as ControlAddress;
  } catch {
    // No readable address means nobody to talk to; the caller says so.
  }
  return undefined;
}

function talk(socket: Socket, hello: ControlRequest, request: RunRequest): Promise<ControlAnswer> {
  return new Promise((resolve) => {
    const send = (message: ControlRequest): boolean => socket.write(`${JSON.stringify(message)}\n`);
    const settle = (answer: ControlAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(
      () => settle({ type: 'refused', message: 'The run gave no answer in time. Try again.' }),
      ANSWER_MS,
    );
    socket.on('connect', () => send(hello));
    socket.on('error', (error) => settle({ type: 'gone', message: `The run cannot be reached: ${error.message}` }));
    socket.on('close', () => settle({ type: 'gone', message: 'The run hung up before it answered.' }));
    readJsonLines(
      socket,
      (message) => {
        const reply = message as ControlReply;
        if (reply.type === 'welcome') send(request);
        else settle(reply);
      },
      (line) =>
        settle({ type: 'refused', message: `The run answered in words of another version: ${line.slice(0, 200)}` }),
    );
  });
}
