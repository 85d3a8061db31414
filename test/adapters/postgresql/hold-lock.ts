// Takes the lock in the database of its first argument, tells so, and runs a long statement in a transaction.
import { createDatabases } from '../../../adapters/index.ts';
import type { ResolvedConnection } from '../../../core/index.ts';

const never = new AbortController().signal;

async function hold(): Promise<void> {
  const connection = JSON.parse(process.argv[2] ?? '') as ResolvedConnection;
  const connected = await createDatabases({ sqlite: { childSource: '', driverPath: undefined } }).connect(
    connection,
    { mode: 'read-write', timeoutMs: 10_000, marker: 'holder', onNotice: () => {} },
    never,
  );
  if (connected.type !== 'connected') throw new Error(connected.message);
  const { session } = connected;
  const locked = await session.tryLock('', never);
  process.send?.(locked.type === 'done' && locked.value === undefined ? 'held' : locked);
  // The statement runs in a transaction with its record; the row that it needs comes after it.
  const place = { scope: '', path: '1.sql', index: 0 };
  await session.runAlone(place, { text: 'SELECT pg_sleep(60)' }, { timeoutMs: undefined }, never);
}

// A failure ends the process, which its parent sees.
void hold();
