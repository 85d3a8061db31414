import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectFailure, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { queryRefusal, statementRefusal } from '../statement-guard.ts';
import type { CallName, ChildCalls } from './child-protocol.ts';
import { createWorker, refused, type SessionOptions, UNBOUNDED_WAIT, type Worker } from './sqlite-worker.ts';

/** Between two requests for a lock that another process holds; milliseconds. */
const POLL = 25;
/** How long a COMMIT waits for readers where the migration has no bound of its own; milliseconds. */
const COMMIT_WAIT = 60_000;
const BUSY = 'Another process is writing to the database.';

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
  let commitWait = COMMIT_WAIT;
  const ask = async <K extends CallName>(
    call: K,
    input: ChildCalls[K]['in'],
    limits: Limits = noLimits,
    signal?: AbortSignal,
  ): Promise<SqlOutcome<ChildCalls[K]['out']>> => {
    const outcome = await worker.ask(call, input, limits, signal);
    return outcome.type === 'busy' ? refused('error', BUSY) : outcome;
  };
  /** Asks for a lock again and again until it is ours, the time is up or the signal aborts; nothing is killed meanwhile. */
  const askUntilFree = async (call: 'begin' | 'commit', waitMs: number | undefined, signal?: AbortSignal) => {
    const end = waitMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + waitMs;
    for (;;) {
      const outcome = await worker.ask(call, undefined, noLimits, call === 'begin' ? signal : undefined);
      if (outcome.type !== 'busy') return outcome;
      if (signal?.aborted) return refused('cancelled', BUSY);
      if (performance.now() >= end) return refused('timeout', `${BUSY} It did not finish within ${waitMs} ms.`);
      await delay(POLL, undefined, { signal }).catch(() => undefined); // an abort shows in the next turn
    }
  };

  return {
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
      return outcome.type === 'busy'
        ? { type: 'done', value: BUSY }
        : outcome.type === 'done'
          ? { type: 'done', value: undefined }
          : outcome;
    },
    async begin(limits, signal) {
      if (options.mode === 'read-only') return refused('error', 'The session is read-only.');
      commitWait = limits.timeoutMs ?? COMMIT_WAIT;
      return askUntilFree('begin', limits.timeoutMs, signal);
    },
    claim: (row, signal) => ask('claim', row, noLimits, signal),
    async execute(statement, limits, signal) {
      const error = statementRefusal(statement);
      if (error) return { type: 'refused', cause: 'error', error };
      return ask('execute', { statement, waitMs: limits.timeoutMs ?? UNBOUNDED_WAIT }, limits, signal);
    },
    async commit(scope, path, executionMs) {
      const settled = await ask('settle', { scope, path, executionMs });
      if (settled.type !== 'done') return settled;
      const outcome = await askUntilFree('commit', commitWait);
      if (outcome.type === 'refused') await ask('rollback', undefined);
      return outcome;
    },
    // A process that was killed has rolled back already.
    rollback: () =>
      worker.isRunning() || worker.isLost()
        ? ask('rollback', undefined)
        : Promise.resolve({ type: 'done', value: undefined }),
    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) => ask('backup', { file: partial }, limits, signal)),
    close: () => worker.end(),
  };
}
