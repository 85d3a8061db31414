import type { AppliedMigration, Claim } from '../../../core/index.ts';
import type { SqliteConnection } from './driver.ts';

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

const CREATE = `CREATE TABLE IF NOT EXISTS srdeploy_migrations (
  scope TEXT NOT NULL,
  path TEXT NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('started', 'succeeded', 'rolled_back')),
  checksum TEXT NOT NULL,
  token_checksum TEXT NOT NULL,
  sql TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  execution_ms INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  statement_index INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (scope, path)
)`;

const CLAIM = `INSERT INTO main.srdeploy_migrations (scope, path, version, status, checksum, token_checksum, sql,
  applied_at, applied_by, execution_ms, run_id, statement_index, updated_at)
VALUES (?, ?, ?, 'started', ?, ?, ?, ${NOW}, ?, 0, ?, 0, ${NOW})
ON CONFLICT (scope, path) DO UPDATE SET version = excluded.version, status = excluded.status, checksum = excluded.checksum,
  token_checksum = excluded.token_checksum, sql = excluded.sql, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
  execution_ms = 0, run_id = excluded.run_id, statement_index = 0, updated_at = excluded.updated_at
WHERE status <> 'succeeded'`;

const SETTLE = `UPDATE main.srdeploy_migrations
SET status = 'succeeded', execution_ms = ?, statement_index = ?, updated_at = ${NOW}
WHERE scope = ? AND path = ?`;

export function hasHistory(database: SqliteConnection): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'srdeploy_migrations'").get() !==
    undefined
  );
}

/** Asks before it writes, so that a database that has the table is not locked for nothing. */
export function ensureHistory(database: SqliteConnection): void {
  if (!hasHistory(database)) database.exec(CREATE);
}

export function readHistory(database: SqliteConnection, scope: string): readonly AppliedMigration[] | undefined {
  if (!hasHistory(database)) return undefined;
  return database
    .prepare('SELECT * FROM main.srdeploy_migrations WHERE scope = ? ORDER BY path')
    .all(scope)
    .map(toMigration);
}

/** False where the migration is recorded as succeeded: nothing was written. */
export function claim(database: SqliteConnection, row: Claim): boolean {
  const { scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId } = row;
  const { changes } = database
    .prepare(CLAIM)
    .run(scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId) as { changes: number | bigint };
  return Number(changes) === 1;
}

/** Marks the claimed row succeeded; false where there is no such row. */
export function settle(
  database: SqliteConnection,
  scope: string,
  path: string,
  ms: number,
  statements: number,
): boolean {
  const { changes } = database.prepare(SETTLE).run(Math.round(ms), statements, scope, path) as {
    changes: number | bigint;
  };
  return Number(changes) === 1;
}

const toMigration = (row: Record<string, unknown>): AppliedMigration => ({
  scope: String(row.scope),
  path: String(row.path),
  version: String(row.version),
  status: String(row.status) as AppliedMigration['status'],
  checksum: String(row.checksum) as AppliedMigration['checksum'],
  tokenChecksum: String(row.token_checksum) as AppliedMigration['checksum'],
  sql: String(row.sql),
  appliedAt: String(row.applied_at),
  appliedBy: String(row.applied_by),
  executionMs: Number(row.execution_ms),
  runId: String(row.run_id),
  statementIndex: Number(row.statement_index),
});
