import type { FinishedRow } from '../../../core/index.ts';
import type { ScriptCall } from '../child-protocol.ts';
import { type Connection, SHORT_WAIT } from './connection.ts';
import { Refusal, resultCode, StatementRefusal } from './failure.ts';
import type { ForeignKeyGuard } from './foreign-keys.ts';
import type { Place } from './history-table.ts';

const LOCKED = 5;

interface Open {
  /** Statements run so far, by migration. */
  readonly counts: Map<string, number>;
  latest: string;
  failed: boolean;
  /** The rows say what became of their migrations; only the COMMIT is left. */
  settled: boolean;
  readonly guarded: boolean;
}

/** The one transaction that a connection may have open, and what runs in it. */
export interface Transaction {
  /** `guarded`: foreign keys are compared before COMMIT. Throws where another connection writes. */
  begin(guarded: boolean): void;
  /** What runs from now on belongs to this migration. */
  claimed(place: Place): void;
  /** Nothing but a rollback may follow. */
  fail(): void;
  needGood(): void;
  /** Does what comes before the COMMIT, once: a COMMIT that another connection was in the way of is asked for again. */
  settle(work: () => void): void;
  run(script: ScriptCall, onStatement: (index: number) => void): void;
  /** How many statements a migration has run; undefined where it was not claimed here. */
  count(row: FinishedRow): number | undefined;
  commit(): undefined;
  rollback(): undefined;
}

export function createTransaction(connection: Connection, guard: ForeignKeyGuard): Transaction {
  const { database, wait, inTransaction } = connection;
  let open: Open | undefined;
  const needGood = (): Open => {
    if (!open || open.failed) throw new Refusal('The transaction has failed and can only be rolled back.');
    return open;
  };
  const ended = (committed: boolean) => {
    if (open?.guarded) guard.ended(committed);
    else guard.forget();
    open = undefined;
  };
  const rollback = (): undefined => {
    if (inTransaction()) database.exec('ROLLBACK');
    if (open) ended(false);
  };
  return {
    begin(guarded) {
      connection.needNone();
      wait(SHORT_WAIT);
      // Inside a transaction this pragma is ignored, and the usual rebuild of a table would delete the rows of its children.
      connection.foreignKeysOff();
      if (guarded) connection.easeCommits();
      database.exec('BEGIN IMMEDIATE');
      open = { counts: new Map(), latest: '', failed: false, settled: false, guarded };
    },
    claimed(place) {
      const state = needGood();
      state.latest = keyOf(place);
      state.counts.set(state.latest, 0);
    },
    fail() {
      if (open) open.failed = true;
    },
    needGood,
    settle(work) {
      const state = needGood();
      if (!state.settled) work();
      state.settled = true;
    },
    run({ statements, waitMs, tells }, onStatement) {
      const state = needGood();
      guard.before(statements);
      wait(waitMs);
      for (const [index, statement] of statements.entries()) {
        if (tells) onStatement(index);
        runOne(connection, state, statement, index);
      }
      state.counts.set(state.latest, (state.counts.get(state.latest) ?? 0) + statements.length);
    },
    count: (row) => open?.counts.get(keyOf(row)),
    commit() {
      connection.needTransaction();
      wait(SHORT_WAIT);
      try {
        database.exec('COMMIT');
      } catch (error) {
        // A reader is in the way: the transaction stays open, and the parent asks again.
        if (((resultCode(error) ?? 0) & 0xff) !== LOCKED) rollback();
        throw error;
      }
      ended(true);
    },
    rollback,
  };
}

function runOne({ database, inTransaction }: Connection, state: Open, statement: string, index: number): void {
  try {
    database.exec(statement);
    if (!inTransaction()) throw new Refusal('The statement ended the transaction that its migration runs in.');
  } catch (error) {
    state.failed = true;
    throw new StatementRefusal(index, error);
  }
}

const keyOf = ({ scope, path }: Place): string => JSON.stringify([scope, path]);
