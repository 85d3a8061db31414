import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServeMessage, ServeVerb, ServeVerbs } from '../../protocol/index.ts';

/** Tests and benchmarks are started in the folder of the repository; in a bundle there is no other way to tell. */
const runner = resolve('dist/runner.js');

type Answer<Verb extends ServeVerb> =
  | { readonly ok: true; readonly reply: ServeVerbs[Verb]['reply'] }
  | { readonly ok: false; readonly error: { readonly code: string } };

/** The bundled process that answers a window's questions. */
export interface ServeProcess {
  ask<Verb extends ServeVerb>(verb: Verb, request: ServeVerbs[Verb]['request']): Promise<Answer<Verb>>;
  close(): Promise<void>;
}

export function startServe(): ServeProcess {
  const child = spawn(process.execPath, [runner, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const waiting = new Map<number, (message: ServeMessage) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as ServeMessage;
    if ('id' in message) waiting.get(message.id)?.(message);
  });
  let last = 0;
  return {
    ask<Verb extends ServeVerb>(verb: Verb, request: ServeVerbs[Verb]['request']) {
      last += 1;
      const id = last;
      return new Promise((done) => {
        waiting.set(id, (message) => done(message as unknown as Answer<Verb>));
        child.stdin.write(`${JSON.stringify({ id, verb, request })}\n`);
      });
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
