import type { DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { statementRefusal } from '../statement-guard.ts';
import type { Step } from './exchange.ts';
import type { HistoryTable } from './history-table.ts';
import { nothing, refused, serverMs, type WireSession } from './wire-session.ts';

/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;
const DIVISION_BY_ZERO = '22012';
const QUERY_CANCELED = '57014';
const ROLE_RESET: Step = { text: 'RESET ROLE' };

export type MigrationTransaction = Pick<DatabaseSession, 'begin' | 'claim' | 'execute' | 'commit' | 'rollback'>;

export interface TransactionParts {
  readonly wire: WireSession;
  readonly history: () => HistoryTable | SqlOutcome<never>;
  /** Statements that give the session back the settings it began with, whatever a script has set. */
  readonly reset: readonly Step[];
  readonly readOnly: boolean;
}

/** The transaction of a migration. BEGIN travels with the claim, which saves a round trip; until then nothing is open on the server. */
export function createMigrationTransaction({ wire, history, reset, readOnly }: TransactionParts): MigrationTransaction {
  let pending: { readonly steps: readonly Step[] } | undefined;
  let serverTimeout: number | undefined;
  let statements = 0;
  const takePending = (): readonly Step[] => {
    const steps = pending?.steps ?? [];
    pending = undefined;
    return steps;
  };

  /** Sets the server's timer for what follows in the transaction, unless it is set closely enough already; ours is exact. */
  const timeoutSteps = ({ timeoutMs }: Limits): readonly Step[] => {
    const isClose =
      timeoutMs === serverTimeout ||
      (timeoutMs !== undefined &&
        serverTimeout !== undefined &&
        timeoutMs <= serverTimeout &&
        timeoutMs > serverTimeout * 0.9);
    if (isClose) return [];
    serverTimeout = timeoutMs;
    return [{ text: `SET LOCAL statement_timeout = ${timeoutMs === undefined ? 'DEFAULT' : serverMs(timeoutMs)}` }];
  };

  return {
    async begin(limits, signal) {
      if (readOnly) return wire.refuse('The session is read-only.');
      if (wire.status() !== 'I' || pending) return wire.refuse('The transaction of a migration is open.');
      if (signal.aborted) return refused('cancelled', 'Cancelled before it was sent.');
      if (wire.lost() !== undefined) return wire.refuse('');
      serverTimeout = undefined;
      statements = 0;
      pending = { steps: [...reset, { text: 'BEGIN' }, ...timeoutSteps(limits)] };
      return { type: 'done', value: undefined };
    },

    async claim(row, signal) {
      const table = history();
      if ('type' in table) return table;
      if (!pending && wire.status() !== 'T') return wire.refuse('No transaction is open.');
      const claimed = await wire.exchange([...takePending(), table.claim(row)], { timeoutMs: undefined, signal });
      if (claimed.type !== 'done') return claimed;
      return { type: 'done', value: claimed.value.at(-1)?.rows.length === 1 ? 'claimed' : 'taken' };
    },

    async execute(statement, limits, signal) {
      const error = statementRefusal(statement);
      if (error) return { type: 'refused', cause: 'error', error };
      if (!pending && wire.status() === 'I') return wire.refuse('No transaction is open.');
      const steps = [...takePending(), ...timeoutSteps(limits), { text: statement }];
      const executed = await wire.exchange(steps, { ...limits, signal });
      if (executed.type !== 'done') return executed;
      if (wire.status() !== 'T')
        return refused('error', 'The statement ended the transaction that its migration runs in.');
      statements += 1;
      return { type: 'done', value: undefined };
    },

    async commit(scope, path, executionMs) {
      const table = history();
      if ('type' in table) return table;
      if (pending || wire.status() === 'I') return wire.refuse('No transaction is open.');
      // The script may have taken another role, which need not own our table.
      const settled = await wire.exchange(
        [ROLE_RESET, table.settle(scope, path, executionMs, statements), { text: 'COMMIT' }],
        { timeoutMs: undefined, signal: undefined },
        -1,
      );
      if (settled.type === 'refused') {
        await rollback();
        // The server's timer still runs for what is left of the attempt.
        if (settled.error.sqlstate === QUERY_CANCELED && serverTimeout !== undefined)
          return { ...settled, cause: 'timeout' };
        if (settled.error.sqlstate !== DIVISION_BY_ZERO) return settled;
        return refused('error', `The history has no row for ${path}: it was not claimed, or the migration deleted it.`);
      }
      if (settled.type === 'lost') return settled;
      // A transaction that had failed answers COMMIT with ROLLBACK.
      return settled.value.at(-1)?.tag === 'COMMIT'
        ? { type: 'done', value: undefined }
        : refused('error', 'The server rolled the transaction back instead of committing it.');
    },

    rollback,
  };

  async function rollback(): Promise<SqlOutcome<void>> {
    if (pending) {
      pending = undefined;
      return { type: 'done', value: undefined };
    }
    // Asks even where nothing is open, so that a connection that is gone says so.
    const text = wire.status() === 'I' ? 'SELECT 1' : 'ROLLBACK';
    return nothing(await wire.exchange([{ text }], { timeoutMs: ROLLBACK_WAIT, signal: undefined }));
  }
}
