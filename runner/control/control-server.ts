import { unlink, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ProcessIdentity, RunId } from '../../core/index.ts';
import { CONTROL_VERSION, type ControlAddress, type ControlReply, type ControlRequest } from '../../protocol/index.ts';
import { jsonLine, readJsonLines } from './json-lines.ts';
import type { OperatorDesk } from './operator.ts';
import { newSocketAddress } from './socket-address.ts';

/** Takes messages of people for one attempt; what comes of them is an event in the journal. */
export interface ControlServer {
  close(): Promise<void>;
}

export interface ControlHandlers {
  readonly run: RunId;
  readonly process: ProcessIdentity;
  readonly desk: OperatorDesk;
  readonly cancel: (by: string) => void;
}

/** Listens, and writes the address to `control.json` in the run's folder. Spec: design, "Control socket". */
export async function startControlServer(
  folder: string,
  handlers: ControlHandlers,
  env: NodeJS.ProcessEnv,
): Promise<ControlServer> {
  const address = newSocketAddress(env);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // Whoever asked went away: there is nobody to tell.
    void converse(socket, handlers).catch(() => socket.destroy()); // The same: a broken conversation ends.
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const file = join(folder, 'control.json');
  const control: ControlAddress = { v: 1, protocol: CONTROL_VERSION, address, process: handlers.process };
  try {
    await writeFile(file, jsonLine(control), { mode: 0o600 });
  } catch (error) {
    await stop(); // A server that nobody can find would keep the process alive.
    throw error;
  }
  return {
    async close() {
      await stop();
      // Where it cannot be taken away, it leads nowhere and names a process that is gone: that makes no run a failed one.
      await unlink(file).catch(() => undefined);
    },
  };
}

async function converse(socket: Socket, handlers: ControlHandlers): Promise<void> {
  let by: string | undefined;
  for await (const message of readJsonLines(socket)) {
    const request = message as ControlRequest;
    if (by === undefined) {
      const refusal = refusalOfHello(request, handlers.run);
      socket.write(jsonLine(refusal ?? { type: 'welcome', protocol: CONTROL_VERSION, run: handlers.run }));
      if (refusal) return void socket.end();
      by = (request as Extract<ControlRequest, { type: 'hello' }>).by;
      continue;
    }
    socket.write(jsonLine(answer(request, by, handlers)));
  }
}

function refusalOfHello(request: ControlRequest, run: RunId): ControlReply | undefined {
  if (request.type !== 'hello') return { type: 'refused', message: 'The first message must be "hello".' };
  if (request.protocol !== CONTROL_VERSION) {
    return {
      type: 'refused',
      message: `This runner speaks control protocol ${CONTROL_VERSION}, not ${request.protocol}. Use the version that started the run.`,
    };
  }
  return request.run === run
    ? undefined
    : { type: 'refused', message: `This runner executes run ${run}, not ${request.run}.` };
}

function answer(request: ControlRequest, by: string, { desk, cancel }: ControlHandlers): ControlReply {
  switch (request.type) {
    case 'cancel':
      cancel(by);
      return { type: 'accepted' };
    case 'continue':
      return desk.continue(request.operation, by)
        ? { type: 'accepted' }
        : { type: 'refused', message: `The operation "${request.operation}" does not wait for anybody.` };
    case 'approved':
      desk.approved();
      return { type: 'accepted' };
    default:
      return { type: 'refused', message: 'The message is not known to this runner.' };
  }
}
