import type { Submittable } from 'pg';
import { withoutLeadingBlanks } from '../statement-guard.ts';
import type { KeptStatements, PreparingWire } from './kept-statements.ts';
import type { Step } from './step.ts';

export interface StepResult {
  /** What the server says that it did, such as `UPDATE 1`; undefined where the portal was left before its end. */
  readonly tag: string | undefined;
  readonly columns: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What the server reported, as the driver has it. */
export interface ServerError extends Error {
  readonly severity?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
}

/** Steps that are told of together, once the server has done all of them. */
export interface Segment {
  readonly steps: readonly Step[];
  done(results: readonly StepResult[]): void;
}

/** How an exchange ended: all steps done, or the error of one, counted within its segment; `status` is the transaction's afterwards. */
export type ExchangeEnd =
  | { readonly type: 'done'; readonly status: TransactionStatus }
  | { readonly type: 'error'; readonly error: ServerError; readonly step: number; readonly status: TransactionStatus };

export interface ExchangeListener {
  end(end: ExchangeEnd): void;
  /** What the server said before the end, which may never come: it closes the connection after a fatal error. */
  error(error: ServerError): void;
}

/** An exchange that has begun. */
export interface Exchange extends Submittable {
  /** Sends more behind what was sent, which the server answers when it is done; nothing behind a step that was refused, or behind `close`. */
  add(segment: Segment): void;
  /** Nothing follows. */
  close(): void;
}

/** Idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** The driver's connection, as far as it is used here. */
export interface Wire extends PreparingWire {
  readonly stream: { readonly writable?: boolean; write(bytes: Buffer): unknown };
  bind(message: { statement: string; values: readonly (string | null)[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { rows: number }): void;
  flush(): void;
  sync(): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  once(event: 'readyForQuery', listener: (message: { status: TransactionStatus }) => void): void;
}

const COPY_CHUNK = 65_536;
/** So many bytes are gathered at most before they are sent. */
const GATHERED = 65_536;

/** The connection, whose messages go out together: each by itself would cost as much again as it takes to make it. */
function gather(wire: Wire): { readonly gathering: Wire; send(): void } {
  let [parts, size]: [Buffer[], number] = [[], 0];
  const send = () => {
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts, size);
    [parts, size] = [[], 0];
    if (bytes && bytes.length > 0 && wire.stream.writable !== false) wire.stream.write(bytes);
  };
  const write = (bytes: Buffer) => {
    parts.push(bytes);
    size += bytes.length;
    if (size >= GATHERED) send();
    return true;
  };
  const gathering: Wire = Object.create(wire, { stream: { value: { writable: true, write } } });
  return { gathering, send };
}

/**
 * Sends the data of a COPY behind it, without waiting to be asked: a server that does not read data passes over it, and one that reads
 * must not meet the next statement first. So a COPY without data gets an end as well, whichever way it copies.
 */
function sendCopy(wire: Wire, { text, copyData }: Step): void {
  if (copyData === undefined) {
    if (/^copy\b/i.test(withoutLeadingBlanks(text))) wire.sendCopyFail('COPY … FROM stdin has no data here');
    return;
  }
  const data = Buffer.from(copyData);
  for (let at = 0; at < data.length; at += COPY_CHUNK) wire.sendCopyFromChunk(data.subarray(at, at + COPY_CHUNK));
  wire.endCopyFrom();
}

/**
 * Statements that are sent without waiting for the answers, in the extended protocol: exactly one statement in each step, and the first error
 * skips all that was sent behind it. Ends when it is closed, or a step refused, and the server is ready again; where the connection
 * goes away first, it never ends.
 */
export function createExchange(kept: KeptStatements, on: ExchangeListener): Exchange {
  const unsent: Segment[] = [];
  const under: Segment[] = [];
  /** How many steps were sent, and how many are done in segments before the first under way. */
  let [sent, done] = [0, 0];
  let [isClosed, isSynced] = [false, false];
  let wire: Wire | undefined;
  let results: StepResult[] = [];
  let current = { columns: [] as StepResult['columns'], rows: [] as (string | null)[][] };
  let failure: { error: ServerError; step: number } | undefined;

  const stepDone = (tag: string | undefined) => {
    results.push({ ...current, tag });
    current = { columns: [], rows: [] };
    const [first] = under;
    if (!first || results.length < first.steps.length) return;
    under.shift();
    done += results.length;
    const all = results;
    results = [];
    first.done(all);
  };

  function sendMore(): void {
    if (!wire || isSynced) return;
    const { gathering, send } = gather(wire);
    for (let segment = unsent.shift(); segment && !failure; segment = unsent.shift()) {
      under.push(segment);
      for (const step of segment.steps) {
        const { values = [], maxRows } = step;
        const statement = kept.prepare(step, sent, gathering);
        sent += 1;
        gathering.bind({ statement, values });
        if (maxRows !== undefined) gathering.describe({ type: 'P', name: '' });
        gathering.execute({ rows: maxRows ?? 0 });
        sendCopy(gathering, step);
      }
    }
    if (isClosed || failure) {
      isSynced = true;
      gathering.sync();
    } else gathering.flush();
    send();
  }

  const exchange = {
    add(segment: Segment) {
      if (!isClosed) unsent.push(segment);
      sendMore();
    },
    close() {
      isClosed = true;
      sendMore();
    },
    submit(connection: unknown) {
      wire = connection as Wire;
      // The driver forgets a query that failed before the server is ready again, so the end is taken from the connection itself.
      wire.once('readyForQuery', ({ status }) => {
        kept.ended(failure && { step: done + failure.step, sqlstate: failure.error.code });
        on.end(failure ? { type: 'error', ...failure, status } : { type: 'done', status });
      });
      sendMore();
    },
    handleRowDescription: ({ fields }: { fields: StepResult['columns'] }) => {
      current.columns = fields;
    },
    handleDataRow: ({ fields }: { fields: (string | null)[] }) => {
      const most = under[0]?.steps[results.length]?.maxRows ?? 0;
      if (current.rows.length < most) current.rows.push(fields);
    },
    handleCommandComplete: ({ text }: { text: string }) => stepDone(text),
    handleEmptyQuery: () => stepDone(''),
    handlePortalSuspended: () => stepDone(undefined),
    handleError: (error: ServerError) => {
      failure ??= { error, step: results.length };
      // The driver reports its own troubles here too; those have no severity.
      if (error.severity !== undefined) on.error(error);
      sendMore();
    },
    // The listener on the connection ends the exchange.
    handleReadyForQuery: () => {},
    // The data went out with the statement.
    handleCopyInResponse: () => {},
    handleCopyData: () => {},
  };
  return exchange;
}
