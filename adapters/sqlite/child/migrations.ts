import type { Notice } from '../../../core/index.ts';
import type { ChildCalls, ScriptCall } from '../child-protocol.ts';
import { type Connection, READ_WAIT, SHORT_WAIT } from './connection.ts';
import { Refusal, resultCode, StatementRefusal } from './failure.ts';
import type { ForeignKeyGuard } from './foreign-keys.ts';
import type { HistoryTable, Place } from './history-table.ts';

const LOCKED = 5;

type Calls = 'openMigration' | 'runStatements' | 'commitMigrations' | 'commit' | 'rollback';

/** The transaction of one migration or of several, and the one in which a statement runs alone. */
export interface MigrationCalls
  extends Pick<{ [K in Calls]: (input: ChildCalls[K]['in']) => ChildCalls[K]['out'] }, Calls> {
  /** Opens a transaction in which nobody looks at foreign keys. */
  beginAlone(): void;
}

export interface MigrationParts {
  readonly connection: Connection;
  readonly history: HistoryTable;
  readonly guard: ForeignKeyGuard;
  readonly onNotice: (notice: Notice) => void;
  /** Told before a statement of a script begins, where the call asks for it. */
  readonly onStatement: (index: number) => void;
}

interface Open {
  /** Statements run so far, by migration. */
  readonly counts: Map<string, number>;
  latest: string;
  failed: boolean;
  readonly guarded: boolean;
}

export function createMigrations({
  connection,
  history,
  guard,
  onNotice,
  onStatement,
}: MigrationParts): MigrationCalls {
  const { database, wait, inTransaction, needTransaction, needNone } = connection;
  let open: Open | undefined;

  function begin(guarded: boolean): Open {
    needNone();
    wait(SHORT_WAIT);
    // Inside a transaction this pragma is ignored, and the usual rebuild of a table would delete the rows of its children.
    connection.foreignKeysOff();
    database.exec('BEGIN IMMEDIATE');
    open = { counts: new Map(), latest: '', failed: false, guarded };
    return open;
  }

  function ended(committed: boolean): void {
    if (open?.guarded) guard.ended(committed);
    else guard.forget();
    open = undefined;
  }

  function rollback(): undefined {
    if (inTransaction()) database.exec('ROLLBACK');
    if (open) ended(false);
  }

  function runAll(state: Open, { statements, waitMs, tells }: ScriptCall): void {
    guard.before(statements);
    wait(waitMs);
    for (const [index, statement] of statements.entries()) {
      if (tells) onStatement(index);
      try {
        database.exec(statement);
        if (!inTransaction()) throw new Refusal('The statement ended the transaction that its migration runs in.');
      } catch (error) {
        state.failed = true;
        throw new StatementRefusal(index, error);
      }
    }
    state.counts.set(state.latest, (state.counts.get(state.latest) ?? 0) + statements.length);
  }

  function commit(): undefined {
    needTransaction();
    wait(SHORT_WAIT);
    try {
      database.exec('COMMIT');
    } catch (error) {
      // A reader is in the way: the transaction stays open, and the parent asks again.
      if (((resultCode(error) ?? 0) & 0xff) !== LOCKED) rollback();
      throw error;
    }
    ended(true);
  }

  return {
    openMigration({ row, ...script }) {
      const state = inTransaction() ? needGood(open) : begin(true);
      if (!history.claim(row, 0)) {
        state.failed = true;
        return 'taken';
      }
      state.latest = keyOf(row);
      state.counts.set(state.latest, 0);
      runAll(state, script);
      return 'claimed';
    },
    runStatements(script) {
      needTransaction();
      return void runAll(needGood(open), script);
    },
    commitMigrations({ rows }) {
      needTransaction();
      try {
        const { counts } = needGood(open);
        for (const row of rows) {
          if (!counts.has(keyOf(row)) || !history.settle(row, row.executionMs, counts.get(keyOf(row))))
            throw new Refusal(
              `The history has no row for ${row.path}: it was not claimed, or the migration deleted it.`,
            );
        }
        const warning = guard.after();
        if (warning) onNotice({ severity: 'WARNING', message: warning });
      } catch (error) {
        rollback();
        throw error;
      }
      return commit();
    },
    commit,
    rollback,
    beginAlone() {
      begin(false);
      wait(READ_WAIT);
    },
  };
}

function needGood(open: Open | undefined): Open {
  if (!open || open.failed) throw new Refusal('The transaction has failed and can only be rolled back.');
  return open;
}

const keyOf = ({ scope, path }: Place): string => JSON.stringify([scope, path]);
