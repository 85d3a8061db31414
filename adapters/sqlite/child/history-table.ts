import type { AppliedMigration, Claim } from '../../../core/index.ts';
import type { SqliteConnection, SqliteStatement } from './driver.ts';

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
const TABLE = 'main.srdeploy_migrations';

const LAYOUT = `(
  scope TEXT NOT NULL,
  path TEXT NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('started', 'succeeded', 'rolling_back', 'rolled_back')),
  checksum TEXT NOT NULL,
  token_checksum TEXT NOT NULL,
  sql TEXT NOT NULL,
  rollback_sql TEXT,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  execution_ms INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  statement_index INTEGER NOT NULL,
  in_flight INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (scope, path)
)`;

/** Columns of the first layout, which had no statements in flight, no reasons and no rollbacks on their way. */
const FIRST_COLUMNS =
  'scope, path, version, status, checksum, token_checksum, sql, applied_at, applied_by, execution_ms, run_id, statement_index, updated_at';

/** A CHECK cannot be widened in place, so an earlier table is copied into one of today's layout. */
const UPGRADE = `CREATE TABLE main.srdeploy_migrations_new ${LAYOUT};
INSERT INTO main.srdeploy_migrations_new (${FIRST_COLUMNS}) SELECT ${FIRST_COLUMNS} FROM ${TABLE};
DROP TABLE ${TABLE};
ALTER TABLE main.srdeploy_migrations_new RENAME TO srdeploy_migrations;`;

const COLUMNS = `scope, path, version, status, checksum, token_checksum, sql, rollback_sql,
  applied_at, applied_by, execution_ms, run_id, statement_index, in_flight, reason, updated_at`;

const REPLACED = `version = excluded.version, status = excluded.status, status = excluded.status, checksum = excluded.checksum, token_checksum = excluded.token_checksum,
  rollback_sql = excluded.rollback_sql, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
  execution_ms = excluded.execution_ms, run_id = excluded.run_id, statement_index = excluded.statement_index,
  in_flight = excluded.in_flight, reason = excluded.reason, updated_at = excluded.updated_at`;

/**
 * The row is as whoever claims it has read it: no other process has gone on with it since. SQLite has no lock that lasts from one statement
 * to the next, so that every step has to ask. A statement that was in flight may have been settled either way.
 */
const STANDS_AT = (index: string): string =>
  `(statement_index = ${index} OR (in_flight = 1 AND statement_index + 1 = ${index}))`;

const APPLY = `INSERT INTO ${TABLE} (${COLUMNS})
VALUES (?, ?, ?, 'started', ?, ?, ?, NULL, ${NOW}, ?, 0, ?, ?, 0, ?, ${NOW})
ON CONFLICT (scope, path) DO UPDATE SET sql = excluded.sql, ${REPLACED}
WHERE status = 'rolled_back' OR (status = 'started' AND ${STANDS_AT('excluded.statement_index')})`;

const ROLL_BACK = `UPDATE ${TABLE} SET status = 'rolling_back', rollback_sql = ?, applied_at = ${NOW}, applied_by = ?, execution_ms = 0,
  run_id = ?, statement_index = ?, in_flight = 0, reason = ?, updated_at = ${NOW}
WHERE scope = ? AND path = ? AND (status = 'succeeded' OR (status = 'rolling_back' AND ${STANDS_AT('?')}))`;

const SETTLE = `UPDATE ${TABLE} SET status = CASE status WHEN 'rolling_back' THEN 'rolled_back' ELSE 'succeeded' END,
  rollback_sql = NULL, execution_ms = ?, statement_index = coalesce(?, statement_index), in_flight = 0, updated_at = ${NOW}
WHERE scope = ? AND path = ? AND status IN ('started', 'rolling_back') AND run_id = coalesce(?, run_id)`;

const PROGRESS = `UPDATE ${TABLE} SET statement_index = ?, in_flight = ?, updated_at = ${NOW}
WHERE scope = ? AND path = ? AND status IN ('started', 'rolling_back') AND run_id = coalesce(?, run_id)`;

/** While a rollback is on its way, `sql` of the port is the rollback's, and the migration's own is kept. */
const PUT = `INSERT INTO ${TABLE} (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${NOW})
ON CONFLICT (scope, path) DO UPDATE SET
  sql = CASE excluded.status WHEN 'rolling_back' THEN sql ELSE excluded.sql END, ${REPLACED}`;

export interface Place {
  readonly scope: string;
  readonly path: string;
}

/** The history table of one connection. What writes answers false where the row is not as it must be, and has then written nothing. */
export interface HistoryTable {
  ensure(): void;
  read(scope: string): readonly AppliedMigration[] | undefined;
  claim(row: Claim, at: number): boolean;
  /** `statements`: undefined keeps the index that the row has. */
  settle(place: Place, executionMs: number, statements: number | undefined): boolean;
  progress(place: Place, index: number, inFlight: boolean): boolean;
  put(row: AppliedMigration): void;
  remove(place: Place): void;
}

export function createHistoryTable(
  database: SqliteConnection,
  prepared: (sql: string) => SqliteStatement,
): HistoryTable {
  const layout = (): 'missing' | 'earlier' | 'current' => {
    const found = database
      .prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = 'srdeploy_migrations'")
      .get();
    if (!found) return 'missing';
    return /\brollback_sql\b/.test(String(found.sql)) ? 'current' : 'earlier';
  };
  const changed = (sql: string, ...values: readonly unknown[]): boolean =>
    Number((prepared(sql).run(...values) as { changes: number | bigint }).changes) === 1;
  /** The run that this connection has claimed a row for; a row that another run has claimed since is not written. */
  const owners = new Map<string, string>();
  const keyOf = ({ scope, path }: Place): string => JSON.stringify([scope, path]);
  const ownerOf = (place: Place): string | null => owners.get(keyOf(place)) ?? null;
  return {
    /** Asks before it writes, so that a database that has the table is not locked for nothing. */
    ensure() {
      if (layout() === 'current') return;
      database.exec('BEGIN IMMEDIATE');
      try {
        const found = layout(); // another process may have been faster
        if (found === 'missing') database.exec(`CREATE TABLE ${TABLE} ${LAYOUT}`);
        if (found === 'earlier') database.exec(UPGRADE);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    read(scope) {
      if (layout() === 'missing') return undefined;
      return database.prepare(`SELECT * FROM ${TABLE} WHERE scope = ? ORDER BY path`).all(scope).map(toMigration);
    },
    claim({ action, scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId, reason = null }, at) {
      const isOurs =
        action === 'roll_back'
          ? changed(ROLL_BACK, sql, appliedBy, runId, at, reason, scope, path, at, at)
          : changed(APPLY, scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId, at, reason);
      if (isOurs) owners.set(keyOf({ scope, path }), runId);
      return isOurs;
    },
    settle: ({ scope, path }, executionMs, statements = undefined) =>
      changed(SETTLE, Math.round(executionMs), statements ?? null, scope, path, ownerOf({ scope, path })),
    progress: ({ scope, path }, index, inFlight) =>
      changed(PROGRESS, index, inFlight ? 1 : 0, scope, path, ownerOf({ scope, path })),
    put(row) {
      const { scope, path, version, status, checksum, tokenChecksum, sql, appliedAt, appliedBy, runId } = row;
      const first = [scope, path, version, status, checksum, tokenChecksum, sql];
      const rollback = status === 'rolling_back' ? sql : null;
      const last = [runId, row.statementIndex, row.inFlight ? 1 : 0, row.reason ?? null];
      changed(PUT, ...first, rollback, appliedAt, appliedBy, Math.round(row.executionMs), ...last);
    },
    remove({ scope, path }) {
      changed(`DELETE FROM ${TABLE} WHERE scope = ? AND path = ?`, scope, path);
    },
  };
}

const toMigration = (row: Record<string, unknown>): AppliedMigration => ({
  scope: String(row.scope),
  path: String(row.path),
  version: String(row.version),
  status: String(row.status) as AppliedMigration['status'],
  checksum: String(row.checksum) as AppliedMigration['checksum'],
  tokenChecksum: String(row.token_checksum) as AppliedMigration['checksum'],
  sql: String(row.status === 'rolling_back' ? (row.rollback_sql ?? row.sql) : row.sql),
  appliedAt: String(row.applied_at),
  appliedBy: String(row.applied_by),
  executionMs: Number(row.execution_ms),
  runId: String(row.run_id),
  statementIndex: Number(row.statement_index),
  // An earlier table has neither column.
  inFlight: Number(row.in_flight ?? 0) === 1,
  reason: typeof row.reason === 'string' ? row.reason : undefined,
});
