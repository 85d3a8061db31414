import { done, refused } from '../../adapters/sql-refusal.ts';
import type { DatabaseSession, FinishedRow, ScriptOutcome, ScriptStatement, SqlOutcome } from '../../core/index.ts';
import { type Bounds, type FakeCalls, runOne } from './fake-calls.ts';
import type { FakeDatabase, FakeWorld } from './fake-databases.ts';
import { claimRow, finishRow, rowKey } from './fake-history.ts';

/** A transaction: its own copy of the database, and how many statements each claimed migration has run. */
interface Transaction extends FakeDatabase {
  readonly statements: Map<string, number>;
  latest: string;
  failed: boolean;
}

export interface FakeTransactionParts {
  readonly world: FakeWorld;
  readonly database: FakeDatabase;
  readonly calls: FakeCalls;
  readonly readOnly: boolean;
  /** Names a row among those of all databases. */
  readonly rowOf: (row: { readonly scope: string; readonly path: string }) => string;
}

type Calls = 'openMigration' | 'runStatements' | 'commitMigrations' | 'rollback';

/** Migrations in a transaction. `abandon` leaves it as a lost connection does. */
export function createFakeTransactions(
  parts: FakeTransactionParts,
): Pick<DatabaseSession, Calls> & { isOpen(): boolean; abandon(): void } {
  const { world, database, calls } = parts;
  let open: Transaction | undefined;
  const refusal = (message: string) => ({ ...refused('error', message), statement: undefined });
  return {
    isOpen: () => open !== undefined,
    abandon() {
      open = undefined;
    },
    openMigration: (row, statements, limits, signal) =>
      calls.callScript<'claimed' | 'taken'>('openMigration', row, { limits, signal }, async () => {
        if (parts.readOnly) return refusal('The session is read-only.');
        const transaction = open ?? begin(database);
        if (!transaction.history) return refusal('no such table: srdeploy_migrations');
        if (transaction.failed) return refusal('The transaction has failed.');
        open = transaction;
        if (claimRow(transaction.history, row, 0) === 'taken') {
          transaction.failed = true;
          return { type: 'done', value: 'taken' };
        }
        if (row.action === 'roll_back') world.rollbackSql.set(parts.rowOf(row), row.sql);
        transaction.latest = rowKey(row.scope, row.path);
        transaction.statements.set(transaction.latest, 0);
        const ran = await runAll(world, transaction, statements, { limits, signal });
        return ran.type === 'done' ? { type: 'done', value: 'claimed' } : ran;
      }),
    runStatements: (statements, limits, signal) =>
      calls.callScript<void>('runStatements', statements, { limits, signal }, async () =>
        open ? runAll(world, open, statements, { limits, signal }) : refusal('No transaction is open.'),
      ),
    commitMigrations: (rows) =>
      calls.call<void>('commitMigrations', rows, {}, () => {
        const transaction = open;
        open = undefined;
        return transaction ? commit(database, transaction, rows) : refused('error', 'No transaction is open.');
      }),
    rollback: () =>
      calls.call<void>('rollback', undefined, {}, () => {
        open = undefined;
        return done();
      }),
  };
}

const begin = ({ tables, history }: FakeDatabase): Transaction => ({
  ...structuredClone({ tables, history }),
  statements: new Map(),
  latest: '',
  failed: false,
});

/** Runs statements in order up to the first that is refused, which leaves the transaction good for a rollback only. */
async function runAll(
  world: FakeWorld,
  transaction: Transaction,
  statements: readonly ScriptStatement[],
  bounds: Bounds,
): Promise<ScriptOutcome<void>> {
  for (const [index, statement] of statements.entries()) {
    if (transaction.failed) return { ...refused('error', 'The transaction has failed.'), statement: index };
    const outcome = await runOne(world, transaction, statement, bounds);
    if (outcome.type !== 'done') {
      transaction.failed = true;
      return { ...outcome, statement: index };
    }
    const { latest } = transaction;
    transaction.statements.set(latest, (transaction.statements.get(latest) ?? 0) + 1);
  }
  return { type: 'done', value: undefined };
}

function commit(database: FakeDatabase, transaction: Transaction, rows: readonly FinishedRow[]): SqlOutcome<void> {
  if (transaction.failed) return refused('error', 'The transaction has failed and was rolled back.');
  for (const { scope, path, executionMs } of rows) {
    const row = transaction.history?.get(rowKey(scope, path));
    const statements = transaction.statements.get(rowKey(scope, path));
    if (!row || statements === undefined) return refused('error', `The history has no row for ${path}.`);
    transaction.history?.set(rowKey(scope, path), finishRow(row, executionMs, statements));
  }
  Object.assign(database, { tables: transaction.tables, history: transaction.history });
  return done();
}
