import type { Notice } from '../../../core/index.ts';
import type { ChildCalls } from '../child-protocol.ts';
import type { Connection } from './connection.ts';
import { Refusal } from './failure.ts';
import type { ForeignKeyGuard } from './foreign-keys.ts';
import type { HistoryTable } from './history-table.ts';
import type { Transaction } from './transaction.ts';

type Calls = 'openMigration' | 'runStatements' | 'commitMigrations' | 'commit' | 'rollback';

export interface MigrationParts {
  readonly connection: Connection;
  readonly history: HistoryTable;
  readonly guard: ForeignKeyGuard;
  readonly transaction: Transaction;
  readonly onNotice: (notice: Notice) => void;
  /** Told before a statement of a script begins, where the call asks for it. */
  readonly onStatement: (index: number) => void;
}

/** Migrations in a transaction with their rows, one of them or several. */
export function createMigrations({ connection, history, guard, transaction, onNotice, onStatement }: MigrationParts): {
  [K in Calls]: (input: ChildCalls[K]['in']) => ChildCalls[K]['out'];
} {
  return {
    openMigration({ row, ...script }) {
      if (connection.inTransaction()) transaction.needGood();
      else transaction.begin(true);
      if (!history.claim(row, 0)) {
        transaction.fail();
        return 'taken';
      }
      transaction.claimed(row);
      transaction.run(script, onStatement);
      return 'claimed';
    },
    runStatements(script) {
      connection.needTransaction();
      transaction.run(script, onStatement);
      return undefined;
    },
    commitMigrations({ rows }) {
      connection.needTransaction();
      try {
        transaction.settle(() => {
          for (const row of rows) {
            const statements = transaction.count(row);
            if (statements === undefined || !history.settle(row, row.executionMs, statements))
              throw new Refusal(
                `The history has no row for ${row.path}: it was not claimed, or the migration deleted it.`,
              );
          }
          const warning = guard.after();
          if (warning) onNotice({ severity: 'WARNING', message: warning });
        });
      } catch (error) {
        transaction.rollback();
        throw error;
      }
      return transaction.commit();
    },
    commit: transaction.commit,
    rollback: transaction.rollback,
  };
}
