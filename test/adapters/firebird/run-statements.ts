// Takes the lock in the database of its first argument and goes on with a migration of the statements of its second; tells of each.
import { createDatabases } from '../../../adapters/index.ts';
import { type DatabaseSession, digest, type ResolvedConnection } from '../../../core/index.ts';

const never = new AbortController().signal;
const place = { scope: '', path: '1.sql' };

async function go(): Promise<void> {
  const connection = JSON.parse(process.argv[2] ?? '') as ResolvedConnection;
  const statements = JSON.parse(process.argv[3] ?? '') as readonly string[];
  const connected = await createDatabases({ sqlite: { childSource: '', driverPath: undefined } }).connect(
    connection,
    { mode: 'read-write', timeoutMs: 10_000, marker: 'holder', onNotice: () => {} },
    never,
  );
  if (connected.type !== 'connected') throw new Error(connected.message);
  const { session } = connected;
  await lock(session);
  await session.ensureHistory(never);
  const rows = await session.readHistory('', never);
  const at = rows.type === 'done' ? (rows.value?.[0]?.statementIndex ?? 0) : 0;
  await session.startAlone(
    {
      ...place,
      version: '1',
      checksum: digest('a'.repeat(64)),
      tokenChecksum: digest('b'.repeat(64)),
      sql: statements.join(';\n'),
      appliedBy: 'alice',
      runId: 'the-run',
      action: 'apply',
      reason: undefined,
    },
    at,
    never,
  );
  process.send?.('held');
  for (let index = at; index < statements.length; index++) {
    const text = statements[index] ?? '';
    const ran = await session.runAlone({ ...place, index }, { text }, { timeoutMs: undefined }, never);
    if (ran.type !== 'done') throw new Error(`statement ${index}: ${JSON.stringify(ran)}`);
  }
  await session.finishAlone({ ...place, executionMs: 1 });
  await session.close();
  process.send?.('finished');
}

async function lock(session: DatabaseSession): Promise<void> {
  for (;;) {
    const tried = await session.tryLock('', never);
    if (tried.type !== 'done') throw new Error(JSON.stringify(tried));
    if (tried.value === undefined) return;
  }
}

go().then(
  () => process.disconnect(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
