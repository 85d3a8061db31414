import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Cli } from './context.ts';
import { inputFailure } from './named-plan.ts';

const MOST_BYTES = 1_000_000;

/** A value from standard input without its last line end, or from a person who is asked for it: of a secret nothing is shown. */
export async function readValue(cli: Cli, name: string, isSecret: boolean): Promise<string> {
  if (process.stdin.isTTY) return askFor(cli, name, isSecret);
  return (await readStandardInput()).replace(/\r?\n$/, '');
}

/** All of standard input, as UTF-8. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES)
      throw inputFailure('BAD_VALUE', 'Standard input has more than 1 MB, which no variable takes.');
  }
  return decoded(Buffer.concat(chunks), 'Standard input');
}

/** Bytes as text; `what` begins the sentence that says that they are none. */
export function decoded(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw inputFailure('BAD_VALUE', `${what} is not UTF-8. Environment variables are text.`);
  }
}

/** Standard error has the question, so that standard output stays the command's answer. */
async function askFor(cli: Cli, name: string, isSecret: boolean): Promise<string> {
  const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : cli.err;
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  // Only now: what is typed before would still be shown.
  cli.err.write(`Value of ${name}${isSecret ? ' (not shown)' : ''}: `);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      // Ctrl-C, or the end of input: nothing was given.
      lines.once('SIGINT', () => reject(notGiven(name)));
      lines.once('close', () => reject(notGiven(name)));
    });
  } finally {
    lines.close();
    if (isSecret) cli.err.write('\n');
  }
}

const notGiven = (name: string) =>
  inputFailure('VALUE_MISSING', `No value was given for ${name}; nothing was changed.`);
