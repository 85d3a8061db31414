import { resolve } from 'node:path';
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import {
  type Claim,
  type ConnectFailure,
  type ConnectOptions,
  type DatabaseSession,
  digest,
  type Limits,
  type ResolvedConnection,
  type SqlOutcome,
} from '../../../core/index.ts';
import type { MariadbServer } from '../../support/mariadb-server.ts';

export const never = new AbortController().signal;
export const tenSeconds: Limits = { timeoutMs: 10_000 };
export const done = <T>(value: T) => ({ type: 'done', value });

export type ServerConnection = Extract<ResolvedConnection, { readonly host: string }>;

export const connectionTo = (
  server: MariadbServer,
  database: string,
  changes: Partial<ServerConnection> = {},
): ServerConnection => ({
  ref: 'main',
  backend: 'mysql',
  host: server.host,
  port: server.port,
  database,
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

/** Runs statements of a migration that is begun here; the first outcome that is not `done`, else that of its end. */
export async function apply(
  session: DatabaseSession,
  path: string,
  statements: readonly string[],
  limits = tenSeconds,
): Promise<SqlOutcome<unknown>> {
  const started = await session.startAlone(claimOf(path), 0, never);
  if (started.type !== 'done' || started.value === 'taken') return started;
  for (const [index, text] of statements.entries()) {
    const ran = await session.runAlone({ scope: '', path, index }, { text }, limits, never);
    if (ran.type !== 'done') return ran;
  }
  return session.finishAlone({ scope: '', path, executionMs: 1 });
}

/** Where a migration is, as a new session reads it. */
export async function standing(connection: ServerConnection, path: string) {
  const connected = await tryConnect(connection, { mode: 'read-only' });
  if (connected.type !== 'connected') throw new Error(connected.message);
  const read = await connected.session.readHistory('', never);
  await connected.session.close();
  const row = read.type === 'done' ? read.value?.find((one) => one.path === path) : undefined;
  return row && { status: row.status, at: row.statementIndex, inFlight: row.inFlight };
}
