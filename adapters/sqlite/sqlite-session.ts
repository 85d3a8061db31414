import type { ConnectFailure, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { refused, value } from '../sql-refusal.ts';
import { queryRefusal } from '../statement-guard.ts';
import { BUSY } from './ask-until-free.ts';
import type { CallName, ChildCalls } from './child-protocol.ts';
import { createSqliteMigrations } from './sqlite-migrations.ts';
import { createWorker, type SessionOptions, UNBOUNDED_WAIT, type Worker } from './sqlite-worker.ts';

/** Opens a session, or says why not. A process that was killed for a cancel or a timeout is started again by the next request. */
export async function openSession(
  session: SessionOptions,
): Promise<{ readonly type: 'connected'; readonly session: DatabaseSession } | ConnectFailure> {
  const { file, options } = session;
  const worker = createWorker(session);
  const opened = await worker.ask('ping', undefined, { timeoutMs: options.timeoutMs }, session.signal);
  if (opened.type === 'done') return { type: 'connected', session: createSession(worker, session) };
  await worker.end();
  if (opened.type === 'busy') return { type: 'unreachable', message: `${file}: ${BUSY}` };
  if (opened.type === 'lost') return { type: 'unreachable', message: opened.message };
  const type = opened.cause === 'error' ? 'refused' : 'unreachable';
  return { type, message: `${file}: ${opened.error.message}` };
}

function createSession(worker: Worker, { options }: SessionOptions): DatabaseSession {
  const noLimits: Limits = { timeoutMs: undefined };
  const ask = async <K extends CallName>(
    call: K,
    input: ChildCalls[K]['in'],
    limits: Limits = noLimits,
    signal?: AbortSignal,
  ): Promise<SqlOutcome<ChildCalls[K]['out']>> => {
    const outcome = await worker.ask(call, input, limits, signal);
    return outcome.type === 'busy' ? refused('lock-timeout', BUSY) : outcome;
  };
  const migrations = createSqliteMigrations(worker, options.mode === 'read-only');

  return {
    ...migrations,
    backend: 'sqlite',
    serverVersion: `SQLite ${worker.version()}`,
    ping: (signal) => ask('ping', undefined, noLimits, signal),
    query: (sql, maxRows, limits, signal) => {
      const error = queryRefusal(sql);
      if (error) return Promise.resolve({ type: 'refused', cause: 'error', error });
      return ask('query', { sql, maxRows, waitMs: limits.timeoutMs ?? UNBOUNDED_WAIT }, limits, signal);
    },
    countObjects: (signal) => ask('countObjects', undefined, noLimits, signal),
    readHistory: (scope, signal) => ask('readHistory', { scope }, noLimits, signal),
    ensureHistory: (signal) => ask('ensureHistory', undefined, noLimits, signal),
    async tryLock(_scope, signal) {
      // BEGIN IMMEDIATE is the lock itself, taken again by each migration.
      const outcome = await worker.ask('tryLock', undefined, noLimits, signal);
      if (outcome.type === 'busy') return value(BUSY);
      return outcome.type === 'done' ? value(undefined) : outcome;
    },
    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) => ask('backup', { file: partial }, limits, signal)),
    close: () => worker.end(),
  };
}
