import { setTimeout as delay } from 'node:timers/promises';
import type { SqlOutcome } from '../../core/index.ts';
import { done, type Refused } from '../sql-refusal.ts';
import type { Attachment } from './attachment.ts';
import { tableExists } from './history-table.ts';
import { useUpSpareNumbers } from './spare-numbers.ts';
import type { Bounds } from './stop-after.ts';

const MOST_TRIES = 300;
const LONGEST_PAUSE = 100;

/**
 * Makes a table where it is missing. Several sessions may do so at once, each of them holding what the other needs, so nobody waits inside of
 * a transaction: who meets another one looks again a little later. `layouts`: the next one is tried where a key is too long.
 */
export async function makeTable(
  attachment: Attachment,
  table: string,
  layouts: readonly string[],
  bounds: Bounds,
): Promise<SqlOutcome<void>> {
  const atOnce: Bounds = { ...bounds, lockTimeoutMs: 0 };
  let layout = 0;
  let last: SqlOutcome<void> = done();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const there = await attachment.transact('read', bounds, (work) => tableExists(work, table));
    if (there.type !== 'done') return there;
    if (there.value) return done();
    if (last.type === 'refused' && !isMeeting(last)) return last;
    if (last.type === 'refused') await delay(Math.random() * LONGEST_PAUSE);
    else {
      const mended = await useUpSpareNumbers(attachment, bounds);
      if (mended.type !== 'done') return mended;
    }
    last = await attachment.transact('write', atOnce, async (work) => {
      await work.run(layouts[layout] ?? '');
    });
    if (last.type === 'lost') return last;
    if (last.type === 'refused' && isKeyTooLong(last.error.message) && layout + 1 < layouts.length) {
      layout += 1;
      last = done();
    }
  }
  return last;
}

/** True where another session makes the table at this moment: its entries in the catalogue are there and not committed yet. */
const isMeeting = ({ cause, error }: Refused): boolean =>
  cause === 'lock-timeout' ||
  (cause === 'error' && /duplicate value|unique key|already exists|deadlock/i.test(error.message));

const isKeyTooLong = (message: string): boolean => /key size/i.test(message);
