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

/** How an exchange ended: all steps done, or the error of the step at `step`; `status` is the state of the transaction afterwards. */
export type ExchangeEnd =
  | { readonly type: 'done'; readonly results: readonly StepResult[]; readonly status: TransactionStatus }
  | { readonly type: 'error'; readonly error: ServerError; readonly step: number; readonly status: TransactionStatus };

export interface ExchangeListener {
  /** The results of the steps before `tellAfter`, as soon as the server has done them. */
  reached?(results: readonly StepResult[]): void;
  end(end: ExchangeEnd): void;
  /** What the server said before the end, which may never come: it closes the connection after a fatal error. */
  error(error: ServerError): void;
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
 * Statements that are sent together and answered together, in the extended protocol: one round trip, exactly one statement in each
 * step, and the first error skips the rest. Ends when the server is ready again; where the connection goes away first, it never ends.
 * `tellAfter`: how many steps there are before a place at which the server says at once how far it has come.
 */
export function createExchange(
  steps: readonly Step[],
  kept: KeptStatements,
  on: ExchangeListener,
  tellAfter?: number,
): Submittable {
  const results: { tag: string | undefined; columns: StepResult['columns']; rows: (string | null)[][] }[] = [];
  let current = {
    tag: undefined as string | undefined,
    columns: [] as StepResult['columns'],
    rows: [] as (string | null)[][],
  };
  let failure: { error: ServerError; step: number } | undefined;
  const stepDone = (tag: string | undefined) => {
    results.push({ ...current, tag });
    current = { tag: undefined, columns: [], rows: [] };
    if (results.length === tellAfter) on.reached?.([...results]);
  };
  const exchange = {
    submit(connection: unknown) {
      const wire = connection as Wire;
      // The driver forgets a query that failed before the server is ready again, so the end is taken from the connection itself.
      wire.once('readyForQuery', ({ status }) => {
        kept.ended(failure && { step: failure.step, sqlstate: failure.error.code });
        on.end(failure ? { type: 'error', ...failure, status } : { type: 'done', results, status });
      });
      const { gathering, send } = gather(wire);
      for (const [index, step] of steps.entries()) {
        const { values = [], maxRows } = step;
        const statement = kept.prepare(step, index, gathering);
        gathering.bind({ statement, values });
        if (maxRows !== undefined) gathering.describe({ type: 'P', name: '' });
        gathering.execute({ rows: maxRows ?? 0 });
        sendCopy(gathering, step);
        if (index + 1 === tellAfter) {
          gathering.flush();
          send(); // The server is at work on these while the others are written.
        }
      }
      gathering.sync();
      send();
    },
    handleRowDescription: ({ fields }: { fields: StepResult['columns'] }) => {
      current.columns = fields;
    },
    handleDataRow: ({ fields }: { fields: (string | null)[] }) => {
      const kept = steps[results.length]?.maxRows ?? 0;
      if (current.rows.length < kept) current.rows.push(fields);
    },
    handleCommandComplete: ({ text }: { text: string }) => stepDone(text),
    handleEmptyQuery: () => stepDone(''),
    handlePortalSuspended: () => stepDone(undefined),
    handleError: (error: ServerError) => {
      failure ??= { error, step: results.length };
      // The driver reports its own troubles here too; those have no severity.
      if (error.severity !== undefined) on.error(error);
    },
    // The listener on the connection ends the exchange.
    handleReadyForQuery: () => {},
    // The data went out with the statement.
    handleCopyInResponse: () => {},
    handleCopyData: () => {},
  };
  return exchange;
}
