import type { DatabaseSession, Notice, ScriptStatement, SqlError, SqlOutcome } from '../../core/index.ts';
import { done, type Refused, refused, value } from '../sql-refusal.ts';
import { aloneRefusal, withoutLeadingBlanks } from '../statement-guard.ts';
import type { Bounds } from './bounds.ts';
import { type ConcurrentIndex, concurrentIndex, dropInvalidIndex, needValidIndex } from './concurrent-index.ts';
import { DIVISION_BY_ZERO, type HistoryTable, type Place } from './history-table.ts';
import type { ServerLimits } from './server-limits.ts';
import type { Step } from './step.ts';
import { scriptStep } from './transaction-steps.ts';
import { nothing, plain, type WireSession } from './wire-session.ts';

export interface AloneParts {
  readonly wire: WireSession;
  readonly history: () => HistoryTable | Refused;
  readonly limits: ServerLimits;
  readonly reset: readonly Step[];
  readonly readOnly: boolean;
  readonly serverMajor: number;
  readonly onNotice: (notice: Notice) => void;
}

/** One statement on its way. */
interface Run {
  readonly table: HistoryTable;
  readonly place: Place & { readonly index: number };
  readonly statement: ScriptStatement;
  readonly bounds: Bounds;
}

const OPEN = 'The transaction of a migration is open.';
const NO_BOUNDS = { timeoutMs: undefined, signal: undefined };
const BEGIN: Step = { text: 'BEGIN', isKept: true };
const COMMIT: Step = { text: 'COMMIT', isKept: true };
/** A script may have taken another role, which need not own our table, and which it keeps for its next statement. */
const OWN_ROLE: Step = { text: 'SET LOCAL ROLE NONE', isKept: true };
/** What the server refuses inside of a transaction, and leaves undone then: a statement that takes none, and a procedure that commits. */
const COMMITS_ITSELF = '2D000';
const TAKES_NO_TRANSACTION = new Set(['25001', COMMITS_ITSELF]);
/** Those that are known to, so that the server's log is spared an error. */
const OUTSIDE =
  /^(?:VACUUM\b|ALTER\s+SYSTEM\b|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)\b|(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY\b|REINDEX\b[^;]*\bCONCURRENTLY\b)/i;

/** Migrations that run statement by statement, each one committed with its record wherever the server lets it. */
export function createAloneStatements(
  parts: AloneParts,
): Pick<DatabaseSession, 'startAlone' | 'runAlone' | 'finishAlone'> {
  const { wire, history, limits: server, reset } = parts;
  const ready = (): HistoryTable | Exclude<SqlOutcome<never>, { type: 'done' }> =>
    wire.status() === 'I' ? history() : wire.refuse(OPEN);

  return {
    async startAlone(row, at, signal) {
      const table = ready();
      if ('type' in table) return table;
      if (parts.readOnly) return wire.refuse('The session is read-only.');
      server.forget();
      const claimed = await wire.exchange([...reset, table.claim(row, at)], { timeoutMs: undefined, signal });
      if (claimed.type === 'done') return value('claimed' as const);
      const isTaken = claimed.type === 'refused' && claimed.error.sqlstate === DIVISION_BY_ZERO;
      return isTaken ? value('taken' as const) : plain(claimed);
    },

    async runAlone(place, statement, limits, signal) {
      const table = ready();
      if ('type' in table) return table;
      const error = aloneRefusal(statement.text);
      if (error) return { type: 'refused', cause: 'error', error };
      const run: Run = { table, place, statement, bounds: { ...limits, signal } };
      if (!OUTSIDE.test(withoutLeadingBlanks(statement.text))) {
        const ran = await runInTransaction(parts, run);
        if (ran.type !== 'refused' || !TAKES_NO_TRANSACTION.has(ran.error.sqlstate ?? '')) return ran;
        return commitsItself(ran.error) ? withKeptWork(await runOutside(parts, run)) : runOutside(parts, run);
      }
      return runOutside(parts, run);
    },

    async finishAlone(row) {
      const table = ready();
      if ('type' in table) return table;
      server.forget();
      const settled = await wire.exchange([...reset, table.settle(row, row.executionMs, undefined)], NO_BOUNDS);
      if (settled.type !== 'refused' || settled.error.sqlstate !== DIVISION_BY_ZERO) return nothing(settled);
      return refused('error', noRow(row));
    },
  };
}

/** The statement and the record that it is confirmed are one, so nothing is ever in flight. */
async function runInTransaction(
  { wire, limits: server }: AloneParts,
  { table, place, statement, bounds }: Run,
): Promise<SqlOutcome<void>> {
  const settings = server.steps(bounds, 'SESSION');
  const record = [OWN_ROLE, table.progress(place, place.index + 1, false), COMMIT];
  const ran = await wire.exchange([...settings, BEGIN, scriptStep(statement), ...record], bounds);
  if (ran.type === 'lost') return ran;
  if (ran.type === 'done' && ran.value.at(-1)?.tag === 'COMMIT') return done();
  // A rollback takes the settings back too.
  server.forget();
  if (wire.status() !== 'I') {
    const back = await wire.exchange([{ text: 'ROLLBACK' }], NO_BOUNDS);
    if (back.type !== 'done') return plain(back);
  }
  if (ran.type === 'done') return refused('error', 'The statement ended the transaction that it runs in.');
  const isRecord = ran.step === settings.length + 3 && ran.error.sqlstate === DIVISION_BY_ZERO;
  return isRecord ? refused('error', noRow(place)) : plain(ran);
}

/** Between a record that the statement is in flight and a record of what became of it. */
async function runOutside(parts: AloneParts, run: Run): Promise<SqlOutcome<void>> {
  const { wire, limits: server, serverMajor } = parts;
  const { place, statement, bounds } = run;
  const set = await wire.exchange(server.steps(bounds, 'SESSION'), bounds);
  if (set.type !== 'done') return plain(set);
  const index = concurrentIndex(withoutLeadingBlanks(statement.text));
  const cleared = index ? await clearIndex(parts, index, bounds) : done();
  if (cleared.type !== 'done') return cleared;
  const begun = await record(wire, run, place.index, true);
  if (begun.type !== 'done') return begun;
  const ran = nothing(await wire.exchange([scriptStep(statement)], bounds));
  if (ran.type === 'lost') return ran;
  const checked = ran.type === 'done' && index ? await needValidIndex(wire, index, serverMajor) : ran;
  if (checked.type === 'lost') return checked;
  const isDone = checked.type === 'done';
  const told = { ...run, bounds: NO_BOUNDS };
  const recorded = await record(wire, told, isDone ? place.index + 1 : place.index, false);
  if (recorded.type === 'done') return checked;
  const why = recorded.type === 'lost' ? recorded.message : recorded.error.message;
  const message = `What became of the statement could not be recorded: ${why}`;
  wire.gone(message);
  return { type: 'lost', message };
}

async function clearIndex(parts: AloneParts, index: ConcurrentIndex, bounds: Bounds): Promise<SqlOutcome<void>> {
  const dropped = await dropInvalidIndex(parts.wire, index, parts.serverMajor, bounds);
  if (dropped.type !== 'done') return dropped;
  if (dropped.value !== undefined) {
    const message = `Dropped the invalid index ${dropped.value}, which an earlier attempt had left behind.`;
    parts.onNotice({ severity: 'NOTICE', message });
  }
  return done();
}

async function record(
  wire: WireSession,
  { table, place, bounds }: Run,
  index: number,
  inFlight: boolean,
): Promise<SqlOutcome<void>> {
  const steps = [BEGIN, OWN_ROLE, table.progress(place, index, inFlight), COMMIT];
  const recorded = await wire.exchange(steps, { timeoutMs: undefined, signal: bounds.signal });
  if (recorded.type === 'done') return done();
  if (recorded.type === 'refused' && wire.status() !== 'I') await wire.exchange([{ text: 'ROLLBACK' }], NO_BOUNDS);
  const isMissing = recorded.type === 'refused' && recorded.error.sqlstate === DIVISION_BY_ZERO;
  return isMissing ? refused('error', noRow(place)) : plain(recorded);
}

const commitsItself = ({ sqlstate }: SqlError): boolean => sqlstate === COMMITS_ITSELF;

/** The error of a procedure that commits on its way: the row says that it was not done, which is true of its end only. */
function withKeptWork(outcome: SqlOutcome<void>): SqlOutcome<void> {
  if (outcome.type !== 'refused') return outcome;
  const kept = 'The statement commits on its way: what it had committed before the error stays.';
  const detail = [outcome.error.detail, kept].filter(Boolean).join('\n');
  return { ...outcome, error: { ...outcome.error, detail } };
}

const noRow = ({ path }: Place): string => `The history has no row for ${path} that is begun and not finished.`;
