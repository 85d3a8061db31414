import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { startTransactionPooler, type TransactionPooler } from '../../support/transaction-pooler.ts';
import { connectionTo, never, tryConnect } from './postgresql-target.ts';

let server: PostgresServer;
let pooler: TransactionPooler;

beforeAll(async () => {
  server = await startPostgres();
  pooler = await startTransactionPooler(server);
});
afterAll(async () => {
  await pooler.stop();
  await server.stop();
});

it('a pooler that changes the server session between transactions is refused before anything is applied', async () => {
  const connected = await tryConnect(connectionTo(server, { port: pooler.port }));
  if (connected.type !== 'connected') throw new Error(connected.message);
  const { session } = connected;
  expect(await session.ping(never)).toMatchObject({ type: 'done' });
  expect(await session.tryLock('', never)).toMatchObject({
    type: 'refused',
    cause: 'error',
    error: { message: expect.stringContaining('pooler'), hint: expect.stringContaining('directly') },
  });
  await session.close();
});
