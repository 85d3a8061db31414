import type { ConnectOptions, Limits, ScriptStatement, SqlError, SqlOutcome } from '../../core/index.ts';
import { type Refused, refused, sqlErrorOf, value } from '../sql-refusal.ts';
import type { HistoryTable, Place } from './history-table.ts';
import type { MainSession } from './main-session.ts';
import { createSessionMemory, type Remembered } from './session-memory.ts';
import { hasServerTimer, type Vendor } from './session-settings.ts';
import type { SideSession } from './side-session.ts';
import { statementCode } from './statement-code.ts';
import { scriptRefusal } from './statement-guard.ts';
import { changesSession, locksTables, type StatementKind, statementKind } from './statement-kind.ts';
import type { createTransactionalTables } from './transactional-tables.ts';
import { type Answer, type Bounds, nothing } from './wire.ts';

const IN_TRANSACTION = 1;

export interface StatementParts {
  readonly main: MainSession;
  readonly side: SideSession;
  readonly history: HistoryTable;
  readonly tables: ReturnType<typeof createTransactionalTables>;
  readonly vendor: Vendor;
  /** The most that the server takes in one message; bytes. */
  readonly maxPacket: number;
  readonly onNotice: ConnectOptions['onNotice'];
}

export interface StatementPlace extends Place {
  readonly index: number;
}

/**
 * Runs statements of a script one by one, each with its record: in one transaction where all that it does takes part in one, else between
 * a record that it is in flight and one that it is confirmed.
 */
export function createStatementRunner(parts: StatementParts) {
  const { main, side, history, tables } = parts;
  let tablesLocked = false;
  const memory = createSessionMemory();

  async function run(
    place: StatementPlace,
    statement: ScriptStatement,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<SqlOutcome<void>> {
    const error = refusal(statement, parts.maxPacket) ?? memory.refusal(statement.text);
    if (error) return { type: 'refused', cause: 'error', error };
    const kind = statementKind(statement.text);
    const limited = await main.limit(limits, signal);
    if (limited.type !== 'done') return limited;
    const bounds: Bounds = { ...limits, signal, serverTimer: hasServerTimer(parts.vendor, isSelect(kind)) };
    // START TRANSACTION would release the tables that the script has locked.
    const takesPart = tablesLocked ? value(false) : await tables.takesPart(kind, main.wire(), { signal });
    if (takesPart.type !== 'done') return takesPart;
    if (changesSession(statement.text)) main.markUsed();
    if (takesPart.value) return inTransaction(place, statement.text, bounds);
    const outcome =
      kind.type === 'session'
        ? await plain(place, statement.text, bounds)
        : await bracketed(place, statement.text, effectOf(statement.text), bounds);
    tables.forget();
    if (outcome.type === 'done') tablesLocked = locksTables(statement.text) ?? tablesLocked;
    return outcome;
  }

  async function begin(place: Place, at: number, signal: AbortSignal): Promise<SqlOutcome<void>> {
    tablesLocked = false;
    tables.forget();
    const kept = at === 0 ? undefined : await side.record(history.settings(place));
    if (kept && kept.type !== 'done') return kept;
    memory.begin(at, rememberedIn(kept?.value.rows[0]?.[0]));
    if (memory.settings().length > 0) main.markUsed();
    return memory.restore((sql) => main.send(sql, { signal }));
  }

  async function inTransaction(place: StatementPlace, sql: string, bounds: Bounds): Promise<SqlOutcome<void>> {
    const begun = await main.send('START TRANSACTION', { signal: bounds.signal });
    if (begun.type !== 'done') return begun;
    const ran = await main.send(sql, bounds);
    if (ran.type === 'lost') return ran;
    if (ran.type === 'refused') return giveBack(ran);
    await tellWarnings(ran.value);
    const recorded = await main.send(history.progress(place, place.index + 1, false));
    if (recorded.type === 'lost') return recorded;
    if (recorded.type === 'refused') return giveBack(recorded);
    if (recorded.value.matched !== 1) return giveBack(rowMissing(place));
    const committed = await main.send('COMMIT');
    if (committed.type === 'refused') return giveBack(committed);
    if (committed.type === 'done') memory.note(place.index, sql);
    return nothing(committed);
  }

  async function giveBack(why: SqlOutcome<never>): Promise<SqlOutcome<never>> {
    const back = await main.send('ROLLBACK');
    return back.type === 'lost' ? back : why;
  }

  /** Changes nothing in the database, so nothing is in flight. */
  async function plain(place: StatementPlace, sql: string, bounds: Bounds): Promise<SqlOutcome<void>> {
    const ran = await main.send(sql, bounds);
    if (ran.type !== 'done') return ran;
    await tellWarnings(ran.value);
    return confirm(place, sql);
  }

  async function bracketed(
    place: StatementPlace,
    sql: string,
    effect: Effect,
    bounds: Bounds,
  ): Promise<SqlOutcome<void>> {
    const announced = await announce(place);
    if (announced.type !== 'done') return announced;
    const isCancelled = bounds.signal?.aborted === true;
    const ran = isCancelled ? refused('cancelled', 'Cancelled before it was sent.') : await send(sql, effect, bounds);
    if (ran.type === 'lost') return ran;
    if (ran.type === 'refused') return refusedOutside(place, ran, isCancelled ? 'whole' : effect);
    await tellWarnings(ran.value);
    // It may have been sent in a transaction of ours, or the script has switched autocommit off.
    const committed = isOpen(ran.value) ? await main.send('COMMIT') : ran;
    if (committed.type === 'lost') return committed;
    if (committed.type === 'refused') return refusedOutside(place, committed, effect);
    return confirm(place, sql);
  }

  /** A write to rows that is not known to be undone as a whole is sent in a transaction, so that the server says on ROLLBACK what is left. */
  async function send(sql: string, effect: Effect, bounds: Bounds): Promise<SqlOutcome<Answer>> {
    if (effect !== 'rows' || tablesLocked) return main.send(sql, bounds);
    const begun = await main.send('START TRANSACTION');
    return begun.type === 'done' ? main.send(sql, bounds) : begun;
  }

  async function refusedOutside(place: StatementPlace, ran: Refused, effect: Effect): Promise<SqlOutcome<void>> {
    const back = await main.send('ROLLBACK');
    if (back.type === 'lost') return back;
    const leftovers = back.type === 'refused' || back.value.warnings !== 0 || tablesLocked;
    if (effect === 'unknown' || (effect === 'rows' && leftovers)) {
      // Not a lock that is waited for again: nobody may send the statement a second time without having looked.
      const cause = ran.cause === 'lock-timeout' ? 'error' : ran.cause;
      return { type: 'refused', cause, error: { ...ran.error, hint: HALF_DONE } };
    }
    const recorded = await record(
      place,
      history.progress(place, place.index, false),
      `The statement was refused (${ran.error.message})`,
    );
    return recorded.type === 'done' ? ran : recorded;
  }

  async function announce(place: StatementPlace): Promise<SqlOutcome<void>> {
    const announced = await side.record(history.progress(place, place.index, true));
    if (announced.type === 'done') return announced.value.matched === 1 ? nothing(announced) : rowMissing(place);
    const message = main.lost();
    if (message !== undefined) return { type: 'lost', message };
    // Nothing was sent, so nothing is in doubt.
    return announced.type === 'refused'
      ? announced
      : refused('error', `Its record could not be written: ${announced.message}`);
  }

  /** What the session was set to is kept in the same breath, so that another session can go on with the script. */
  function confirm(place: StatementPlace, sql: string): Promise<SqlOutcome<void>> {
    const next = place.index + 1;
    const progress = memory.note(place.index, sql)
      ? history.progressWith(place, next, memory.settings())
      : history.progress(place, next, false);
    return record(place, progress, 'The statement was executed');
  }

  async function record(place: StatementPlace, progress: string, what: string): Promise<SqlOutcome<void>> {
    const recorded = await side.record(progress);
    if (recorded.type === 'done' && recorded.value.matched === 1) return nothing(recorded);
    if (recorded.type === 'done') return refused('error', `${what}. ${rowMissing(place).error.message}`);
    const why = recorded.type === 'refused' ? recorded.error.message : recorded.message;
    return { type: 'lost', message: `${what}, but its record could not be written: ${why}` };
  }

  /** What the server warns of, as far as it says that there is something. */
  async function tellWarnings({ warnings }: Answer): Promise<void> {
    if (warnings === 0) return;
    const shown = await main.send('SHOW WARNINGS');
    if (shown.type !== 'done') return; // the statement's own answer counts; a lost connection shows with the next one
    for (const [level, code, message] of shown.value.rows)
      parts.onNotice({ severity: String(level).toUpperCase(), message: `${message} (${code})` });
  }

  return { run, begin };
}

const rememberedIn = (column: unknown): readonly Remembered[] =>
  typeof column === 'string' ? (JSON.parse(column) as readonly Remembered[]) : [];

const isSelect = (kind: StatementKind): boolean => kind.type === 'rows' && kind.table === undefined;

const isOpen = ({ status }: Answer): boolean => status === undefined || (status & IN_TRANSACTION) !== 0;

const rowMissing = ({ path }: Place) =>
  refused('error', `The history has no row for ${path} that is begun and not finished.`);

/** Room that a message needs beside the statement; bytes. */
const MESSAGE = 64;

function refusal({ text, copyData }: ScriptStatement, maxPacket: number): SqlError | undefined {
  if (copyData !== undefined) return sqlErrorOf('COPY … FROM stdin is not known to MySQL and MariaDB.', { offset: 0 });
  const bytes = Buffer.byteLength(text) + MESSAGE;
  if (bytes > maxPacket)
    return sqlErrorOf(
      `The statement has ${bytes - MESSAGE} bytes, and the server takes ${maxPacket} (max_allowed_packet).`,
      {
        hint: 'Split the statement, or raise max_allowed_packet on the server.',
      },
    );
  return scriptRefusal(text);
}

/**
 * What is left of a statement that is refused. `whole`: nothing, as with DDL. `rows`: what was written to tables without transactions, of
 * which the server warns. `unknown`: whatever a procedure has done before the error.
 */
type Effect = 'whole' | 'rows' | 'unknown';

function effectOf(statement: string): Effect {
  const { text } = statementCode(statement);
  if (/^(?:INSERT|REPLACE|UPDATE|DELETE|WITH|SELECT|VALUES|TABLE|LOAD|\()/i.test(text)) return 'rows';
  return /^(?:CALL|EXECUTE|DO|HANDLER|BEGIN|DECLARE|IF|CASE|FOR|LOOP|REPEAT|WHILE)\b/i.test(text) ? 'unknown' : 'whole';
}

const HALF_DONE =
  'A part of the statement may have been done, because the server does not undo it as a whole: its row says that it is in flight. Look, then say on resume whether it is done.';
