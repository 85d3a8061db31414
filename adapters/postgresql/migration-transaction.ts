import type { DatabaseSession, FinishedRow, Limits, ScriptStatement, SqlOutcome } from '../../core/index.ts';
import { done, type Refused, refused } from '../sql-refusal.ts';
import { type Bounds, type ExchangeOutcome, NO_BOUNDS, QUERY_CANCELED } from './bounds.ts';
import { DIVISION_BY_ZERO, type HistoryTable, type Place } from './history-table.ts';
import type { ServerLimits } from './server-limits.ts';
import type { Step } from './step.ts';
import {
  BEGIN,
  COMMIT,
  guardScript,
  isTaken,
  noRow,
  ROLE_RESET,
  ROLLED_BACK,
  rollback,
  scriptOutcome,
  scriptStep,
  TRANSACTION_ENDED,
} from './transaction-steps.ts';
import { createTurns } from './turns.ts';
import { plain, type WireSession } from './wire-session.ts';

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

/** The transaction of migrations: one message opens it, claims the row and runs the statements, and one settles the rows and commits. */
export function createMigrationTransaction(parts: TransactionParts): MigrationTransaction {
  const { wire, history, limits: server, reset, readOnly } = parts;
  /** Statements run so far by each migration that the open transaction has claimed. */
  const counts = new Map<string, number>();
  let latest = '';

  const beginning = (limits: Limits): readonly Step[] => {
    server.forget();
    return [...reset, BEGIN, ...server.steps(limits, 'LOCAL')];
  };
  const count = (statements: number) => counts.set(latest, (counts.get(latest) ?? 0) + statements);

  const turns = createTurns({
    wire,
    history,
    beginning,
    readOnly,
    left({ row, statements, limits }) {
      server.forget();
      server.steps(limits, 'LOCAL'); // Sent already, when it was opened.
      counts.clear();
      latest = keyOf(row);
      count(statements.length);
    },
  });

  const transaction: Requests = {
    async openMigration(row, statements, limits, signal) {
      const table = history();
      if ('type' in table) return { ...table, statement: undefined };
      if (readOnly) return { ...wire.refuse('The session is read-only.'), statement: undefined };
      const guarded = guardScript(statements);
      if (guarded) return guarded;
      if (wire.status() === 'I') counts.clear();
      const opening = wire.status() === 'I' ? beginning(limits) : server.steps(limits, 'LOCAL');
      const before = [...opening, table.claim(row, 0)];
      latest = keyOf(row);
      const sent = await send(wire, before, statements, { ...limits, signal });
      if (sent.type !== 'done')
        return isTaken(sent, before.length - 1)
          ? { type: 'done', value: 'taken' }
          : scriptOutcome(sent, before.length, statements.length);
      count(statements.length);
      return { type: 'done', value: 'claimed' };
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
      const settling = rows.map((row) => table.settle(row, row.executionMs, counts.get(keyOf(row))));
      const settled = await wire.exchange([ROLE_RESET, ...settling, COMMIT], NO_BOUNDS);
      if (settled.type !== 'done') return undone(wire, settled, rows, hasTimeout);
      // A transaction that had failed answers COMMIT with ROLLBACK.
      return settled.value.at(-1)?.tag === 'COMMIT' ? done() : refused('error', ROLLED_BACK);
    },

    rollback: () => rollback(wire),
  };
  const mended = <A extends readonly unknown[], R>(request: (...given: A) => R) => {
    return (...given: A): R => {
      turns.mend();
      return request(...given);
    };
  };
  return {
    ...transaction,
    openMigration: mended(transaction.openMigration),
    commitMigrations: mended(transaction.commitMigrations),
    rollback: mended(transaction.rollback),
    applyTurn: turns.applyTurn,
  };
}

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
): Promise<ExchangeOutcome> {
  const sent = await wire.exchange([...before, ...statements.map(scriptStep)], bounds);
  if (sent.type !== 'done' || wire.status() === 'T') return sent;
  return { ...refused('error', TRANSACTION_ENDED), step: undefined };
}

const keyOf = ({ scope, path }: Place): string => JSON.stringify([scope, path]);
