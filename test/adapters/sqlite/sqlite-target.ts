import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabases, loadSqliteChild, type SqliteChild } from '../../../adapters/index.ts';
import {
  type ConnectFailure,
  type ConnectOptions,
  type DatabaseSession,
  digest,
  type Notice,
} from '../../../core/index.ts';

export const dist = resolve(import.meta.dirname, '../../../dist');
export const never = new AbortController().signal;
export const tenSeconds = { timeoutMs: 10_000 };

export const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'srd-sqlite-')), 'target.db');

/** One that a session finds: it is written in another way than one that the session makes. */
export function foundFile(): string {
  const file = newFile();
  writeFileSync(file, '');
  return file;
}

export const tryConnect = (
  file: string,
  options: Partial<ConnectOptions> = {},
  program: SqliteChild = loadSqliteChild(dist),
): Promise<{ readonly type: 'connected'; readonly session: DatabaseSession } | ConnectFailure> =>
  createDatabases({ sqlite: program }).connect(
    { ref: 'main', backend: 'sqlite', file },
    { mode: 'read-write', timeoutMs: 10_000, marker: `sqlite-${process.pid}`, onNotice: () => {}, ...options },
    never,
  );

/** A session with its history table made. */
export async function openTarget(
  file: string,
  onNotice: (notice: Notice) => void = () => {},
  program?: SqliteChild,
): Promise<DatabaseSession> {
  const connected = await tryConnect(file, { onNotice }, program);
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
