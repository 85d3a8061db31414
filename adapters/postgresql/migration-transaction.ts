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
import { DIVISION_BY_ZERO, type HistoryTable, type Place } from './history-table.ts';
import type { ServerLimits } from './server-limits.ts';
import type { Step } from './step.ts';
import { type Bounds, type ExchangeOutcome, nothing, plain, type WireSession } from './wire-session.ts';

/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;
const QUERY_CANCELED = '57014';
/** A script may have taken another role, which need not own our table. */
const ROLE_RESET: Step = { text: 'RESET ROLE', isKept: true };
const BEGIN: Step = { text: 'BEGIN', isKept: true };
const COMMIT: Step = { text: 'COMMIT', isKept: true };
const NO_BOUNDS = { timeoutMs: undefined, signal: undefined };

export type MigrationTransaction = Pick<
  DatabaseSession,
  'openMigration' | 'runStatements' | 'commitMigrations' | 'rollback'
>;

export interface TransactionParts {
  readonly wire: WireSession;
  readonly history: () => HistoryTable | Refused;
  readonly limits: ServerLimits;
  /** Statements that give the session back the settings it began with, whatever a script has set. */
  readonly reset: readonly Step[];
  readonly readOnly: boolean;
}

/** The transaction of migrations: one message opens it, claims the row and runs the statements, and one settles the rows and commits. */
export function createMigrationTransaction(parts: TransactionParts): MigrationTransaction {
  const { wire, history, limits: server, reset, readOnly } = parts;
  /** Statements run so far by each migration that the open transaction has claimed. */
  const counts = new Map<string, number>();
  let latest = '';

  const opening = (limits: Limits): readonly Step[] => {
    if (wire.status() !== 'I') return server.steps(limits, 'LOCAL');
    counts.clear();
    server.forget();
    return [...reset, BEGIN, ...server.steps(limits, 'LOCAL')];
  };
  const count = (statements: number) => counts.set(latest, (counts.get(latest) ?? 0) + statements);

  return {
    async openMigration(row, statements, limits, signal) {
      const table = history();
      if ('type' in table) return { ...table, statement: undefined };
      if (readOnly) return { ...wire.refuse('The session is read-only.'), statement: undefined };
      const guarded = guardScript(statements);
      if (guarded) return guarded;
      const before = [...opening(limits), table.claim(row, 0)];
      latest = keyOf(row);
      const sent = await send(wire, before, statements, { ...limits, signal });
      if (sent.type === 'done') {
        count(statements.length);
        return { type: 'done', value: 'claimed' };
      }
      const isClaim = sent.type === 'refused' && sent.step === before.length - 1;
      if (isClaim && sent.error.sqlstate === DIVISION_BY_ZERO) return { type: 'done', value: 'taken' };
      return scriptOutcome(sent, before.length, statements.length);
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
      return commit(parts, table, rows, counts);
    },

    rollback: () => rollback(wire),
  };
}

async function send(
  wire: WireSession,
  before: readonly Step[],
  statements: readonly ScriptStatement[],
  bounds: Bounds,
): Promise<ExchangeOutcome> {
  const sent = await wire.exchange([...before, ...statements.map(scriptStep)], bounds);
  if (sent.type !== 'done' || wire.status() === 'T') return sent;
  return { ...refused('error', 'A statement ended the transaction that its migration runs in.'), step: undefined };
}

async function commit(
  { wire, limits: server }: TransactionParts,
  table: HistoryTable,
  rows: readonly FinishedRow[],
  counts: ReadonlyMap<string, number>,
): Promise<SqlOutcome<void>> {
  const unclaimed = rows.find((row) => !counts.has(keyOf(row)));
  if (unclaimed) {
    await rollback(wire);
    return wire.refuse(noRow(unclaimed));
  }
  const settling = rows.map((row) => table.settle(row, row.executionMs, counts.get(keyOf(row))));
  const settled = await wire.exchange([ROLE_RESET, ...settling, COMMIT], NO_BOUNDS);
  if (settled.type === 'lost') return settled;
  if (settled.type === 'refused') {
    await rollback(wire);
    // The server's timer still runs for what is left of the attempt.
    if (settled.error.sqlstate === QUERY_CANCELED && server.hasTimeout())
      return { type: 'refused', cause: 'timeout', error: settled.error };
    const row = settled.error.sqlstate === DIVISION_BY_ZERO ? rows[(settled.step ?? 0) - 1] : undefined;
    return row ? refused('error', noRow(row)) : plain(settled);
  }
  // A transaction that had failed answers COMMIT with ROLLBACK.
  return settled.value.at(-1)?.tag === 'COMMIT'
    ? done()
    : refused('error', 'The server rolled the transaction back instead of committing it.');
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
