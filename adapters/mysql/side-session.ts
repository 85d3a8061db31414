import type { SqlOutcome } from '../../core/index.ts';
import { refused } from '../sql-refusal.ts';
import { openWire, type Way } from './opened-wire.ts';
import { BEGIN_RECORDS, BEGIN_SESSION, READ_ONLY } from './session-settings.ts';
import type { Answer, Bounds, Wire } from './wire.ts';

/** How long a record may take before its connection counts as lost; milliseconds. */
const RECORD_WAIT = 60_000;
const never = new AbortController().signal;

/**
 * The second connection of a session, opened when it is first needed: it writes the history, untouched by what scripts do to the first
 * one, and tells the server to give up what the first one does.
 */
export interface SideSession {
  /** One statement that may be said twice: where the answer is lost, it is sent once more on a new connection. */
  record(sql: string): Promise<SqlOutcome<Answer>>;
  /** Statements in one transaction; a `lost` answer to COMMIT leaves it open whether they were done. */
  transaction<T>(
    work: (send: (sql: string) => Promise<SqlOutcome<Answer>>) => Promise<SqlOutcome<T>>,
  ): Promise<SqlOutcome<T>>;
  send(sql: string): Promise<SqlOutcome<Answer>>;
  kill(id: number): Promise<void>;
  close(): Promise<void>;
}

export function createSideSession(way: Way): SideSession {
  let wire: Wire | undefined;
  let opening: Promise<SqlOutcome<Wire>> | undefined;
  let isClosed = false;

  const open = async (): Promise<SqlOutcome<Wire>> => {
    const begin = way.options.mode === 'read-only' ? [BEGIN_SESSION, READ_ONLY] : [BEGIN_RECORDS];
    const opened = await openWire(way, begin, async () => {}, never);
    if (opened.type !== 'open') return refused('error', `The connection for records: ${opened.message}`);
    if (isClosed) await opened.wire.end();
    wire = opened.wire;
    return { type: 'done', value: opened.wire };
  };
  const use = (): Promise<SqlOutcome<Wire>> => {
    if (isClosed) return Promise.resolve({ type: 'lost', message: 'The session is closed.' });
    if (wire && wire.lost() === undefined) return Promise.resolve({ type: 'done', value: wire });
    opening ??= open().finally(() => {
      opening = undefined;
    });
    return opening;
  };
  const bounds: Bounds = { timeoutMs: RECORD_WAIT };
  const send = async (sql: string): Promise<SqlOutcome<Answer>> => {
    const used = await use();
    return used.type === 'done' ? used.value.send(sql, bounds) : used;
  };

  return {
    send,
    async record(sql) {
      const first = await send(sql);
      return first.type === 'lost' ? send(sql) : first;
    },
    async transaction(work) {
      const used = await use();
      if (used.type !== 'done') return used;
      const same = (sql: string) => used.value.send(sql, bounds);
      const begun = await same('START TRANSACTION');
      if (begun.type !== 'done') return begun;
      const worked = await work(same);
      if (worked.type === 'lost') return worked;
      const ended = await same(worked.type === 'done' ? 'COMMIT' : 'ROLLBACK');
      return ended.type === 'done' || worked.type === 'refused' ? worked : ended;
    },
    async kill(id) {
      // Where it cannot be said, it shows in the session: it gets no answer.
      await send(`KILL QUERY ${id}`);
    },
    async close() {
      isClosed = true;
      await opening;
      await wire?.end();
    },
  };
}
