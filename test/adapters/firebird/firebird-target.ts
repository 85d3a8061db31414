import { resolve } from 'node:path';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import {
  type Claim,
  type ConnectFailure,
  type ConnectOptions,
  type DatabaseSession,
  digest,
  type ResolvedConnection,
  type SqlOutcome,
} from '../../../core/index.ts';
import type { FirebirdServer } from '../../support/firebird-server.ts';

export const never = new AbortController().signal;
export const tenSeconds = { timeoutMs: 10_000 };

export type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

export const connectionTo = (server: FirebirdServer, changes: Partial<ServerConnection> = {}): ServerConnection => ({
  ref: 'main',
  backend: 'firebird',
  host: server.host,
  port: server.port,
  database: server.database,
  username: server.username,
  password: server.password,
  sslMode: 'prefer',
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
export async function openTarget(connection: ServerConnection): Promise<DatabaseSession> {
  const connected = await tryConnect(connection);
  if (connected.type !== 'connected') throw new Error(connected.message);
  await connected.session.ensureHistory(never);
  return connected.session;
}

export const claimOf = (path: string, changes: Partial<Claim> = {}): Claim => ({
  scope: '',
  path,
  version: '1',
  checksum: digest('a'.repeat(64)),
  tokenChecksum: digest('b'.repeat(64)),
  sql: 'x',
  appliedBy: 'alice',
  runId: '20260205-120000-k3f9qz',
  action: 'apply',
  reason: undefined,
  ...changes,
});

export const runOne = (session: DatabaseSession, path: string, index: number, text: string, limits = tenSeconds) =>
  session.runAlone({ scope: '', path, index }, { text }, limits, never);

/** Applies statements as one migration; the first outcome that is not `done`, else that of the end. */
export async function apply(
  session: DatabaseSession,
  path: string,
  ...statements: readonly string[]
): Promise<SqlOutcome<unknown>> {
  const started = await session.startAlone(claimOf(path), 0, never);
  if (started.type !== 'done') return started;
  for (const [index, text] of statements.entries()) {
    const ran = await runOne(session, path, index, text);
    if (ran.type !== 'done') return ran;
  }
  return session.finishAlone({ scope: '', path, executionMs: 1 });
}

/** The rows of a query; fails where there are none to have. */
export async function rowsOf(session: DatabaseSession, sql: string): Promise<readonly (readonly unknown[])[]> {
  const asked = await session.query(sql, 10_000, tenSeconds, never);
  if (asked.type !== 'done') throw new Error(JSON.stringify(asked));
  return asked.value.rows;
}
