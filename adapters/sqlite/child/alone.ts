import type { ChildCalls } from '../child-protocol.ts';
import { READ_WAIT } from './connection.ts';
import { Refusal, StatementRefusal } from './failure.ts';
import type { MigrationParts } from './migrations.ts';

type Calls = 'startAlone' | 'prepareAlone' | 'runOutside' | 'recordUndone' | 'finishAlone';

/** Migrations that run statement by statement. */
export function createAlone({ connection, history, guard, transaction, onNotice }: MigrationParts): {
  [K in Calls]: (input: ChildCalls[K]['in']) => ChildCalls[K]['out'];
} {
  const { database, wait, needNone } = connection;
  const need = (isThere: boolean, path: string) => {
    if (!isThere) throw new Refusal(`The history has no row for ${path} that is begun and not finished.`);
  };
  return {
    startAlone({ row, at }) {
      needNone();
      connection.asFound();
      wait(READ_WAIT);
      connection.foreignKeysOff();
      return history.claim(row, at) ? 'claimed' : 'taken';
    },
    prepareAlone({ statement, index, waitMs, ...place }) {
      transaction.begin(false);
      try {
        wait(waitMs);
        database.exec(statement);
        if (!connection.inTransaction()) throw new Refusal('The statement ended the transaction that it runs in.');
        need(history.progress(place, index + 1, false), place.path);
      } catch (error) {
        transaction.rollback();
        throw new StatementRefusal(0, error);
      }
      return undefined;
    },
    runOutside({ statement, index, waitMs, ...place }) {
      needNone();
      wait(READ_WAIT);
      need(history.progress(place, index, true), place.path);
      wait(waitMs);
      try {
        database.exec(statement);
      } catch (error) {
        wait(READ_WAIT);
        need(history.progress(place, index, false), place.path);
        throw new StatementRefusal(0, error);
      }
      wait(READ_WAIT);
      need(history.progress(place, index + 1, false), place.path);
      guard.forget();
      return undefined;
    },
    recordUndone({ index, ...place }) {
      needNone();
      wait(READ_WAIT);
      need(history.progress(place, index, false), place.path);
      return undefined;
    },
    finishAlone(row) {
      needNone();
      wait(READ_WAIT);
      need(history.settle(row, row.executionMs, undefined), row.path);
      const warning = guard.standing();
      if (warning) onNotice({ severity: 'WARNING', message: warning });
      return undefined;
    },
  };
}
