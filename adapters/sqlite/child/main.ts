import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type CallName, type ChildAnswer, DRIVER_VARIABLE, type FromChild, type ToChild } from '../child-protocol.ts';
import { type ChildDatabase, openDatabase } from './database.ts';
import { loadDriver } from './driver.ts';
import { isBusy, Refusal, refusal, sqlError } from './failure.ts';

/*
 * The process that holds a SQLite target open. It answers one call at a time over the channel to its parent and ends when the channel
 * does; an open transaction is then rolled back, because COMMIT is a call of its own.
 */
let database: ChildDatabase | undefined;

const send = (message: FromChild) => {
  process.send?.(message);
};

async function answer(message: ToChild): Promise<ChildAnswer<CallName>> {
  try {
    if (message.call === 'open') return { type: 'done', value: open(message) };
    if (!database) throw new Refusal('No database is open.');
    if (message.call === 'close') await letStatementsGo();
    const call = database[message.call] as (input: unknown) => unknown;
    return { type: 'done', value: (await call(message.input)) as undefined };
  } catch (error) {
    if (isBusy(error)) return { type: 'busy' };
    if (error instanceof Refusal) return { type: 'refused', error: refusal(error.message, undefined, error.hint) };
    return { type: 'refused', error: sqlError(error) };
  }
}

function open({ input }: ToChild & { call: 'open' }): { version: string } {
  const driver = loadDriver(process.env[DRIVER_VARIABLE]);
  if (!driver)
    throw new Refusal('This Node has no SQLite driver. Use Node 22.13 or newer, or install @photostructure/sqlite.');
  database = openDatabase(driver, input, (notice) => send({ type: 'notice', notice }));
  return { version: database.version };
}

/** Statements of the package are finalised with the garbage only, and before that its files for write-ahead logging stay behind. */
async function letStatementsGo(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await new Promise<void>((resolve) => setImmediate(resolve));
}

process.on('message', (message: ToChild) => {
  // `answer` turns every failure into an answer.
  void answer(message).then((answer) => send({ type: 'answer', answer }));
});
process.on('disconnect', () => process.exit(0));
send({ type: 'ready' });
