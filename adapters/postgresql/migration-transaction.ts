import type {
  DatabaseSession,
  FinishedRow,
  Limits,
  ScriptOutcome,
  ScriptStatement,
  SqlOutcome,
} from '../../core/index.ts';
import { done, type Refused, refused } from '../sql-refusal.ts';
import { statementRefusal } from '../statement-guard.ts';
import { type CommitAndOpen, createTurns } from '../turns.ts';
import type { StepResult } from './exchange.ts';
import { DIVISION_BY_ZERO, type HistoryTable, type Place } from './history-table.ts';
import type { ServerLimits } from './server-limits.ts';
import type { Step } from './step.ts';
import { type Bounds, type ExchangeOutcome, type Milestone, nothing, plain, type WireSession } from './wire-session.ts';

/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;
const QUERY_CANCELED = '57014';
/** A script may have taken another role, which need not own our table. */
const ROLE_RESET: Step = { text: 'RESET ROLE', isKept: true };
const BEGIN: Step = { text: 'BEGIN', isKept: true };
const COMMIT: Step = { text: 'COMMIT', isKept: true };
const NO_BOUNDS = { timeoutMs: undefined, signal: undefined };

type Requests = Pick<DatabaseSession, 'openMigration' | 'runStatements' | 'commitMigrations' | 'rollback'>;
export type MigrationTransaction = Requests & Pick<DatabaseSession, 'applyTurn'>;

export interface TransactionParts {
  readonly wire: WireSession;
  readonly history: () => HistoryTable | Refused;
  readonly limits: ServerLimits;
  /** Statements that give the session back the settings it began with, whatever a script has set. */
  readonly reset: readonly Step[];
  readonly readOnly: boolean;
}

/**
 * The transaction of migrations: one message opens it, claims the row and runs the statements, and one settles the rows and commits. A commit
 * and what opens the next transaction may travel together: the server skips all that comes behind a statement that failed, a COMMIT included.
 */
export function createMigrationTransaction(parts: TransactionParts): MigrationTransaction {
  const { wire, history, limits: server, reset, readOnly } = parts;
  /** Statements run so far by each migration that the open transaction has claimed. */
  const counts = new Map<string, number>();
  let latest = '';

  const beginning = (limits: Limits): readonly Step[] => {
    counts.clear();
    server.forget();
    return [...reset, BEGIN, ...server.steps(limits, 'LOCAL')];
  };
  const opening = (limits: Limits): readonly Step[] =>
    wire.status() === 'I' ? beginning(limits) : server.steps(limits, 'LOCAL');
  const count = (statements: number) => counts.set(latest, (counts.get(latest) ?? 0) + statements);

  /** What the steps up to the claim of a row and behind it came to. */
  const claimed = (
    sent: ExchangeOutcome,
    before: number,
    statements: readonly ScriptStatement[],
  ): ScriptOutcome<'claimed' | 'taken'> => {
    if (sent.type === 'done') {
      count(statements.length);
      return { type: 'done', value: 'claimed' };
    }
    const isClaim = sent.type === 'refused' && sent.step === before - 1;
    if (isClaim && sent.error.sqlstate === DIVISION_BY_ZERO) return { type: 'done', value: 'taken' };
    return scriptOutcome(sent, before, statements.length);
  };

  const transaction: Requests = {
    async openMigration(row, statements, limits, signal) {
      const table = history();
      if ('type' in table) return { ...table, statement: undefined };
      if (readOnly) return { ...wire.refuse('The session is read-only.'), statement: undefined };
      const guarded = guardScript(statements);
      if (guarded) return guarded;
      const before = [...opening(limits), table.claim(row, 0)];
      latest = keyOf(row);
      const sent = await send(wire, before, statements, { ...limits, signal });
      return claimed(sent, before.length, statements);
    },

    async runStatements(statements, limits, signal) {
      const guarded = guardScript(statements);
      if (guarded) return guarded;
      if (wire.status() === 'I') return { ...wire.refuse('No transaction is open.'), statement: undefined };
      const before = server.steps(limits, 'LOCAL');
      const sent = await send(wire, before, statements, { ...limits, signal });
      if (sent.type !== 'done') return scriptOutcome(sent, before.length, statements.length);
      count(statements.length);
      return { type: 'done', value: undefined };
    },

    async commitMigrations(rows) {
      const table = history();
      if ('type' in table) return table;
      if (wire.status() === 'I') return wire.refuse('No transaction is open.');
      const unclaimed = rows.find((row) => !counts.has(keyOf(row)));
      if (unclaimed) {
        await rollback(wire);
        return wire.refuse(noRow(unclaimed));
      }
      const hasTimeout = server.hasTimeout();
      const settled = await wire.exchange(ending(table, rows, counts), NO_BOUNDS);
      return settled.type === 'done' ? committedBy(settled.value) : undone(wire, settled, rows, hasTimeout);
    },

    rollback: () => rollback(wire),
  };

  const commitAndOpen: CommitAndOpen = (rows, next, signal) => {
    const { row, statements, limits } = next;
    const table = history();
    const isPlain = wire.status() === 'T' && !signal.aborted && rows.every((one) => counts.has(keyOf(one)));
    if ('type' in table || !isPlain || guardScript(statements)) {
      const committed = transaction.commitMigrations(rows);
      const opened = committed.then(({ type }) => {
        if (type !== 'done') return undefined;
        next.onBegin();
        return transaction.openMigration(row, statements, limits, signal);
      });
      return { committed, opened };
    }
    const hasTimeout = server.hasTimeout();
    const end = ending(table, rows, counts);
    const before = [...end, ...beginning(limits), table.claim(row, 0)];
    latest = keyOf(row);
    let reached: SqlOutcome<void> | undefined;
    let tell = (_: SqlOutcome<void>): void => undefined;
    const committedInTime = new Promise<SqlOutcome<void>>((resolve) => (tell = resolve));
    const milestone: Milestone = {
      steps: end.length,
      reached(results) {
        reached = committedBy(results);
        if (reached.type === 'done') next.onBegin();
        tell(reached);
      },
    };
    const sent = send(wire, before, statements, { ...limits, signal }, milestone);
    const opened = sent.then((outcome) =>
      reached?.type === 'done' ? claimed(outcome, before.length, statements) : undefined,
    );
    const committedLate = sent.then((outcome) => {
      if (reached) return reached;
      if (outcome.type !== 'done') return undone(wire, outcome, rows, hasTimeout);
      throw new Error('The server has answered what comes behind a COMMIT, and not the COMMIT.');
    });
    return { committed: Promise.race([committedInTime, committedLate]), opened };
  };
  return { ...transaction, ...createTurns(transaction, commitAndOpen) };
}

/** What ends a transaction: the rows say what became of their migrations, and all of it is committed. */
const ending = (
  table: HistoryTable,
  rows: readonly FinishedRow[],
  counts: ReadonlyMap<string, number>,
): readonly Step[] => [
  ROLE_RESET,
  ...rows.map((row) => table.settle(row, row.executionMs, counts.get(keyOf(row)))),
  COMMIT,
];

/** A transaction that had failed answers COMMIT with ROLLBACK. */
const committedBy = (results: readonly StepResult[]): SqlOutcome<void> =>
  results.at(-1)?.tag === 'COMMIT'
    ? done()
    : refused('error', 'The server rolled the transaction back instead of committing it.');

/** An ending that did not come through; `hasTimeout`: the server's timer runs for what is left of the attempt. */
async function undone(
  wire: WireSession,
  settled: Exclude<ExchangeOutcome, { type: 'done' }>,
  rows: readonly FinishedRow[],
  hasTimeout: boolean,
): Promise<SqlOutcome<void>> {
  if (settled.type === 'lost') return settled;
  await rollback(wire);
  if (settled.error.sqlstate === QUERY_CANCELED && hasTimeout)
    return { type: 'refused', cause: 'timeout', error: settled.error };
  const row = settled.error.sqlstate === DIVISION_BY_ZERO ? rows[(settled.step ?? 0) - 1] : undefined;
  return row ? refused('error', noRow(row)) : plain(settled);
}

async function send(
  wire: WireSession,
  before: readonly Step[],
  statements: readonly ScriptStatement[],
  bounds: Bounds,
  milestone?: Milestone,
): Promise<ExchangeOutcome> {
  const sent = await wire.exchange([...before, ...statements.map(scriptStep)], bounds, milestone);
  if (sent.type !== 'done' || wire.status() === 'T') return sent;
  return { ...refused('error', 'A statement ended the transaction that its migration runs in.'), step: undefined };
}

async function rollback(wire: WireSession): Promise<SqlOutcome<void>> {
  // Asks even where nothing is open, so that a connection that is gone says so.
  const text = wire.status() === 'I' ? 'SELECT 1' : 'ROLLBACK';
  return nothing(await wire.exchange([{ text }], { timeoutMs: ROLLBACK_WAIT, signal: undefined }));
}

const noRow = ({ path }: FinishedRow): string =>
  `The history has no row for ${path}: it was not claimed, or the migration deleted it.`;

export const scriptStep = ({ text, copyData }: ScriptStatement): Step => ({ text, copyData, isScript: true });

function guardScript(statements: readonly ScriptStatement[]): (Refused & { readonly statement: number }) | undefined {
  for (const [statement, { text }] of statements.entries()) {
    const error = statementRefusal(text);
    if (error) return { type: 'refused', cause: 'error', error, statement };
  }
  return undefined;
}

function scriptOutcome(
  outcome: Exclude<ExchangeOutcome, { type: 'done' }>,
  before: number,
  statements: number,
): Exclude<ScriptOutcome<never>, { type: 'done' }> {
  const index = outcome.type === 'refused' && outcome.step !== undefined ? outcome.step - before : -1;
  return { ...plain(outcome), statement: index >= 0 && index < statements ? index : undefined };
}

const keyOf = ({ scope, path }: Place): string => JSON.stringify([scope, path]);
