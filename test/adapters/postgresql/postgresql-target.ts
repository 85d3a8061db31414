import { resolve } from 'node:path';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import {
  type ConnectFailure,
  type ConnectOptions,
  type DatabaseSession,
  digest,
  type ResolvedConnection,
} from '../../../core/index.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';

export const never = new AbortController().signal;
export const tenSeconds = { timeoutMs: 10_000 };

type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

export const connectionTo = (server: PostgresServer, changes: Partial<ServerConnection> = {}): ServerConnection => ({
  ref: 'main',
  backend: 'postgresql',
  host: server.host,
  port: server.port,
  database: server.database,
  username: server.username,
  password: server.password,
  sslMode: 'disable',
  sslRootCert: undefined,
  ...changes,
});

export const tryConnect = (
  connection: ServerConnection,
  options: Partial<ConnectOptions> = {},
  signal: AbortSignal = never,
): Promise<{ readonly type: 'connected'; readonly session: DatabaseSession } | ConnectFailure> =>
  createDatabases({ sqlite: loadSqliteChild(resolve(import.meta.dirname, '../../../dist')) }).connect(
    connection,
    { mode: 'read-write', timeoutMs: 10_000, marker: 'the-run', onNotice: () => {}, ...options },
    signal,
  );

/** A session with its history table made. */
export async function openTarget(
  connection: ServerConnection,
  options: Partial<ConnectOptions> = {},
): Promise<DatabaseSession> {
  const connected = await tryConnect(connection, options);
  if (connected.type !== 'connected') throw new Error(connected.message);
  await connected.session.ensureHistory(never);
  return connected.session;
}

export const claimOf = (path: string) => ({
  scope: '',
  path,
  version: '1',
  checksum: digest('a'.repeat(64)),
  tokenChecksum: digest('b'.repeat(64)),
  sql: 'x',
  appliedBy: 'alice',
  runId: '20260205-120000-k3f9qz',
  action: 'apply' as const,
  reason: undefined,
});

/** Applies statements as one migration; the first outcome that is not `done`, else that of COMMIT. */
export async function apply(session: DatabaseSession, path: string, statements: readonly string[]) {
  const opened = await session.openMigration(
    claimOf(path),
    statements.map((text) => ({ text })),
    tenSeconds,
    never,
  );
  if (opened.type === 'done') return session.commitMigrations([{ scope: '', path, executionMs: 1 }]);
  await session.rollback();
  return opened;
}
