import { describe, expect, it } from 'vitest';
import { createChannel } from '../../../core/index.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await settled();
  return done;
}

describe('a channel', () => {
  it('lets a producer wait until the reader has come back for more', async () => {
    const channel = createChannel<number>();
    expect(await isDone(channel.taken())).toBe(true);
    channel.push(1);
    const taken = channel.taken();
    const reader = channel[Symbol.asyncIterator]();
    expect((await reader.next()).value).toEqual([1]);
    expect(await isDone(taken)).toBe(false);
    const next = reader.next();
    expect(await isDone(taken)).toBe(true);
    channel.close();
    expect((await next).done).toBe(true);
  });

  it('keeps no producer waiting for a reader that went away', async () => {
    const channel = createChannel<number>();
    channel.push(1);
    for await (const _ of channel) {
      channel.push(2);
      break;
    }
    expect(await isDone(channel.taken())).toBe(true);
  });
});
