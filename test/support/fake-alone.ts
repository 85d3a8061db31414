import { done, refused, value } from '../../adapters/sql-refusal.ts';
import type { AppliedMigration, DatabaseSession, SqlOutcome } from '../../core/index.ts';
import { runOne } from './fake-calls.ts';
import { claimRow, finishRow, rowKey } from './fake-history.ts';
import type { FakeTransactionParts } from './fake-transactions.ts';

type Calls = 'startAlone' | 'runAlone' | 'finishAlone' | 'changeHistory';
type Place = { readonly scope: string; readonly path: string };

export interface FakeAloneParts extends FakeTransactionParts {
  /** True where a statement of DDL shares its transaction with its record. */
  readonly atomicDdl: boolean;
  readonly isOpen: () => boolean;
}

/** Migrations statement by statement, and changes of the history. */
export function createFakeAlone(parts: FakeAloneParts): Pick<DatabaseSession, Calls> {
  const { world, database, calls } = parts;
  const refusal = (): SqlOutcome<never> | undefined => {
    if (parts.readOnly) return refused('error', 'The session is read-only.');
    return parts.isOpen() ? refused('error', 'The transaction of a migration is open.') : undefined;
  };
  const noRow = ({ path }: Place) => refused('error', `The history has no row for ${path} that is not finished.`);
  const rowAt = ({ scope, path }: Place): AppliedMigration | undefined => {
    const row = database.history?.get(rowKey(scope, path));
    return row?.status === 'started' || row?.status === 'rolling_back' ? row : undefined;
  };
  const put = (row: AppliedMigration) => database.history?.set(rowKey(row.scope, row.path), row);

  return {
    startAlone: (row, at, signal) =>
      calls.call<'claimed' | 'taken'>('startAlone', row, { signal }, () => {
        const no = refusal();
        if (no) return no;
        if (!database.history) return refused('error', 'no such table: srdeploy_migrations');
        const claimed = claimRow(database.history, row, at);
        if (claimed === 'claimed' && row.action === 'roll_back') world.rollbackSql.set(parts.rowOf(row), row.sql);
        return value(claimed);
      }),
    async runAlone(place, statement, limits, signal) {
      const isAtomic = parts.atomicDdl && !/^\s*vacuum\b|\bconcurrently\b/i.test(statement.text);
      const flies = world.planned.find((one) => one.call === 'runAlone')?.behaviour.type;
      const row = rowAt(place);
      if (!calls.isLost() && row && !isAtomic && (flies === 'lose' || flies === 'lose-after'))
        put({ ...row, statementIndex: place.index, inFlight: true });
      return calls.call<void>('runAlone', place, { limits, signal }, async () => {
        if (!row) return refusal() ?? noRow(place);
        const ran = await runOne(world, database, statement, { limits, signal });
        if (ran.type === 'done' && (isAtomic || flies !== 'lose-after'))
          put({ ...row, statementIndex: place.index + 1, inFlight: false });
        return ran;
      });
    },
    finishAlone: (row) =>
      calls.call<void>('finishAlone', row, {}, () => {
        const found = rowAt(row);
        if (!found) return noRow(row);
        put(finishRow(found, row.executionMs, found.statementIndex));
        return done();
      }),
    changeHistory: (change, signal) =>
      calls.call<void>('changeHistory', change, { signal }, () => {
        const no = refusal();
        if (no) return no;
        database.history ??= new Map();
        for (const { scope, path } of change.remove) database.history.delete(rowKey(scope, path));
        for (const row of change.put) put(row);
        return done();
      }),
  };
}
