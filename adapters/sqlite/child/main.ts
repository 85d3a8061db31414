import { type CallName, type ChildAnswer, type ChildCalls, DRIVER_VARIABLE, type ToChild } from '../child-protocol.ts';
import { receive, send } from './channel.ts';
import { type ChildDatabase, openDatabase } from './database.ts';
import { loadDriver } from './driver.ts';
import { answerOf, Refusal } from './failure.ts';

/*
 * The process that holds a SQLite target open. It answers one call at a time over the channel to its parent and ends when the channel
 * does; an open transaction is then rolled back, because COMMIT is a call of its own.
 */
let database: ChildDatabase | undefined;

async function answer(message: ToChild): Promise<ChildAnswer<CallName>> {
  try {
    if (message.call === 'open') return { type: 'done', value: open(message.input as ChildCalls['open']['in']) };
    if (!database) throw new Refusal('No database is open.');
    const call = database[message.call] as (input: unknown) => unknown;
    return { type: 'done', value: (await call(message.input)) as undefined };
  } catch (error) {
    return answerOf(error);
  }
}

function open(input: ChildCalls['open']['in']): { version: string } {
  const driver = loadDriver(process.env[DRIVER_VARIABLE]);
  if (!driver)
    throw new Refusal('This Node has no SQLite driver. Use Node 22.13 or newer, or install @photostructure/sqlite.');
  database = openDatabase(driver, input, {
    onNotice: (notice) => send({ type: 'notice', notice }),
    onStatement: (index) => send({ type: 'statement', index }),
    onWrittenAhead: (on) => send({ type: 'written-ahead', on }),
  });
  return { version: database.version };
}

async function serve(): Promise<void> {
  send({ type: 'ready' });
  for (let message = receive(); message; message = receive()) {
    // `answer` turns every failure into an answer.
    send({ type: 'answer', answer: await answer(message) });
  }
  process.exit(0);
}

// A failure ends the process, which the parent sees.
void serve();
