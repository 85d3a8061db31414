import type {
  AppliedMigration,
  ConnectFailure,
  DatabaseSession,
  Databases,
  ResolvedConnection,
} from '../../core/index.ts';
import { createFakeSession } from './fake-session.ts';

export type FakeCall = Exclude<keyof DatabaseSession, 'backend' | 'serverVersion' | 'close'>;

/**
 * What the next call of a kind does instead: `lose` loses the connection before it had any effect, `lose-after` after it, `wait` waits
 * for the signal or the time limit. A `runAlone` that is lost leaves its row in flight, unless the statement shares its transaction.
 */
export type FakeBehaviour =
  | { readonly type: 'lose' | 'lose-after' | 'wait' }
  | {
      readonly type: 'refuse';
      readonly message: string;
      readonly sqlstate?: string;
      /** `error` where it is left out. */
      readonly cause?: 'error' | 'timeout' | 'cancelled' | 'lock-timeout';
      /** Of a script: the index of the statement that is refused; the first where it is left out. */
      readonly statement?: number;
    };

export interface FakeDatabase {
  /** Rows by table. */
  tables: Map<string, string[]>;
  history: Map<string, AppliedMigration> | undefined;
}

export interface FakeDatabases extends Databases {
  /** The committed contents of the database that a connection reaches; made when first asked for. */
  at(connection: ResolvedConnection): FakeDatabase;
  next(call: FakeCall, behaviour: FakeBehaviour): void;
  /** Makes connecting fail; undefined mends it. */
  failConnect(failure: ConnectFailure | undefined): void;
  /** Every call with its first argument, in order, over all sessions; of `openMigration` the row, of `runAlone` the place. */
  readonly calls: readonly FakeCallMade[];
  /** Every statement of a script that was run, in order, also where it was rolled back. */
  readonly statements: readonly string[];
}

export interface FakeCallMade {
  readonly call: FakeCall | 'connect' | 'close';
  readonly argument: unknown;
}

/** What all sessions of the fake share. */
export interface FakeWorld {
  readonly locks: Map<string, object>;
  readonly planned: { readonly call: FakeCall; readonly behaviour: FakeBehaviour }[];
  readonly calls: FakeCallMade[];
  readonly statements: string[];
  readonly backups: Set<string>;
  /** The rollback scripts of rows that are `rolling_back`. */
  readonly rollbackSql: Map<string, string>;
}

/**
 * Databases in memory with transactions, locks and history. They know `CREATE TABLE x`, `INSERT INTO x`, `DROP TABLE x`, `SELECT 1`,
 * `SELECT * FROM x`, `VACUUM`, which takes no transaction, and `SELECT SLEEP`, which never ends by itself; anything else is a syntax error
 * at its first character. DDL takes part in transactions as it does in the backend of the connection.
 */
export function fakeDatabases(): FakeDatabases {
  const databases = new Map<string, FakeDatabase>();
  const world: FakeWorld = {
    locks: new Map(),
    planned: [],
    calls: [],
    statements: [],
    backups: new Set(),
    rollbackSql: new Map(),
  };
  let failure: ConnectFailure | undefined;
  const at = (connection: ResolvedConnection): FakeDatabase => {
    const key = keyOf(connection);
    const found = databases.get(key) ?? { tables: new Map(), history: undefined };
    databases.set(key, found);
    return found;
  };

  return {
    at,
    calls: world.calls,
    statements: world.statements,
    next: (call, behaviour) => world.planned.push({ call, behaviour }),
    failConnect: (wanted) => {
      failure = wanted;
    },
    async connect(connection, options, signal) {
      world.calls.push({ call: 'connect', argument: connection.ref });
      if (failure) return failure;
      if (signal.aborted) return { type: 'unreachable', message: 'cancelled' };
      if (connection.backend === 'sqlite' && options.mode === 'read-only' && !databases.has(keyOf(connection)))
        return { type: 'missing-file', message: `${connection.file} does not exist.` };
      const parts = { connection, key: keyOf(connection), database: at(connection), world };
      return { type: 'connected', session: createFakeSession(parts, options.mode === 'read-only') };
    },
  };
}

const keyOf = (connection: ResolvedConnection): string =>
  connection.backend === 'sqlite' ? connection.file : `${connection.host}:${connection.port}/${connection.database}`;
