import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  type Claim,
  type ConnectOptions,
  type DatabaseSession,
  digest,
  type Notice,
  type ResolvedConnection,
  type SqlOutcome,
} from '../../../core/index.ts';
import type { ExpectedError, Subject } from './subject.ts';

export const MARKER = `contract-${process.pid}`;
export const never = new AbortController().signal;
export const seconds = (s: number) => ({ timeoutMs: s * 1000 });
export const done = <T>(value: T) => ({ type: 'done', value });
export const texts = (...statements: readonly string[]) => statements.map((text) => ({ text }));

export const claimOf = (path: string, changes: Partial<Claim> = {}): Claim => ({
  scope: 'shop',
  path,
  version: '1',
  checksum: digest('a'.repeat(64)),
  tokenChecksum: digest('b'.repeat(64)),
  sql: "CREATE TABLE it's; -- 😀\n",
  appliedBy: 'alice',
  runId: '20260205-120000-k3f9qz',
  action: 'apply',
  reason: undefined,
  ...changes,
});

/** A row as `readHistory` answers it, from its claim. */
export const rowOf = ({ action: _, ...row }: Claim) => row;

export const place = (path: string, index: number) => ({ scope: 'shop', path, index });
export const finished = (path: string, executionMs = 12.6) => ({ scope: 'shop', path, executionMs });

/** What an outcome must show of an error that the server reported. */
export const refusedWith = ({ message, ...rest }: ExpectedError) => ({
  type: 'refused',
  cause: 'error',
  error: { message: expect.stringMatching(message), ...rest },
});

export type Harness = ReturnType<typeof createHarness>;

/** Connections and migrations for one subject, made new for each test. */
export function createHarness(subject: Subject) {
  const sessions: DatabaseSession[] = [];
  const notices: Notice[] = [];
  let connection: ResolvedConnection;

  beforeAll(async () => subject.start?.());
  afterAll(async () => subject.stop?.());
  beforeEach(async () => {
    notices.length = 0;
    connection = await subject.fresh();
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  });

  const tryConnect = (to: ResolvedConnection, options: Partial<ConnectOptions> = {}, signal = never) =>
    subject.databases.connect(
      to,
      {
        mode: 'read-write',
        timeoutMs: 10_000,
        marker: MARKER,
        onNotice: (notice) => notices.push(notice),
        ...options,
      },
      signal,
    );
  const connect = async (mode: ConnectOptions['mode'] = 'read-write', to = connection) => {
    const connected = await tryConnect(to, { mode });
    if (connected.type !== 'connected') throw new Error(`${connected.type}: ${connected.message}`);
    sessions.push(connected.session);
    return connected.session;
  };
  /** A session with its history table made. */
  const open = async () => {
    const session = await connect();
    expect(await session.ensureHistory(never)).toEqual(done(undefined));
    return session;
  };

  const applyAlone = async (session: DatabaseSession, path: string, statements: readonly string[]) => {
    const started = await session.startAlone(claimOf(path), 0, never);
    if (started.type !== 'done' || started.value === 'taken') return started;
    for (const [index, text] of statements.entries()) {
      const ran = await session.runAlone(place(path, index), { text }, seconds(10), never);
      if (ran.type !== 'done') return ran;
    }
    return session.finishAlone(finished(path));
  };
  /** Applies one migration as the engine does for the dialect. */
  const apply = async (
    session: DatabaseSession,
    path: string,
    ...statements: readonly string[]
  ): Promise<SqlOutcome<unknown>> => {
    if (!subject.isTransactional) return applyAlone(session, path, statements);
    const opened = await session.openMigration(claimOf(path), texts(...statements), seconds(10), never);
    if (opened.type === 'done' && opened.value === 'claimed') return session.commitMigrations([finished(path)]);
    await session.rollback();
    return opened;
  };

  return {
    subject,
    notices,
    connection: () => connection,
    tryConnect,
    connect,
    open,
    apply,
    /** The number of rows of a table, or why it cannot be told. */
    async count(session: DatabaseSession, table: string) {
      const outcome = await session.query(`SELECT * FROM ${table}`, 1_000, seconds(10), never);
      return outcome.type === 'done' ? outcome.value.rows.length : outcome;
    },
    /** The rows of the scope, in order; undefined where there is no table. */
    async rows(session: DatabaseSession) {
      const read = await session.readHistory('shop', never);
      if (read.type !== 'done') throw new Error(JSON.stringify(read));
      return read.value;
    },
  };
}

/** Resolves when `look` answers true; the test's own time limit ends the wait. */
export async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((tick) => setTimeout(tick, 20));
}
