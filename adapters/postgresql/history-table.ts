import { type AppliedMigration, type Claim, digest } from '../../core/index.ts';
import type { Step } from './exchange.ts';

/** SQL for the history table in one schema; every name is qualified, because a script may change the search path. */
export interface HistoryTable {
  readonly exists: Step;
  readonly create: Step;
  read(scope: string): Step;
  claim(row: Claim): Step;
  /** Fails with a division by zero where the row is not there, so that COMMIT does not follow. */
  settle(scope: string, path: string, executionMs: number, statements: number): Step;
}

export const ALL_ROWS = 0x7fff_ffff;

/** `schema` is quoted already. */
export function historyTable(schema: string): HistoryTable {
  const table = `${schema}.srdeploy_migrations`;
  return {
    exists: { text: 'SELECT pg_catalog.to_regclass($1) IS NOT NULL', values: [table], maxRows: 1 },
    create: {
      text: `CREATE TABLE IF NOT EXISTS ${table} (
  scope text NOT NULL,
  path text NOT NULL,
  version text NOT NULL,
  status text NOT NULL CHECK (status IN ('started', 'succeeded', 'rolled_back')),
  checksum text NOT NULL,
  token_checksum text NOT NULL,
  sql text NOT NULL,
  applied_at timestamp with time zone NOT NULL,
  applied_by text NOT NULL,
  execution_ms bigint NOT NULL,
  run_id text NOT NULL,
  statement_index integer NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  PRIMARY KEY (scope, path)
)`,
    },
    read: (scope) => ({
      text: `SELECT scope, path, version, status, checksum, token_checksum, sql,
  pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), applied_by, execution_ms, run_id, statement_index
FROM ${table} WHERE scope = $1 ORDER BY path COLLATE "C"`,
      values: [scope],
      maxRows: ALL_ROWS,
    }),
    claim: ({ scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId }) => ({
      text: `INSERT INTO ${table} AS m (scope, path, version, status, checksum, token_checksum, sql,
  applied_at, applied_by, execution_ms, run_id, statement_index, updated_at)
VALUES ($1, $2, $3, 'started', $4, $5, $6, pg_catalog.clock_timestamp(), $7, 0, $8, 0, pg_catalog.clock_timestamp())
ON CONFLICT (scope, path) DO UPDATE SET version = excluded.version, status = excluded.status, checksum = excluded.checksum,
  token_checksum = excluded.token_checksum, sql = excluded.sql, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
  execution_ms = 0, run_id = excluded.run_id, statement_index = 0, updated_at = excluded.updated_at
WHERE m.status <> 'succeeded' RETURNING 1`,
      values: [scope, path, version, checksum, tokenChecksum, sql, appliedBy, runId],
      maxRows: 1,
    }),
    settle: (scope, path, executionMs, statements) => ({
      text: `WITH settled AS (
  UPDATE ${table} SET status = 'succeeded', execution_ms = $3::bigint, statement_index = $4::integer,
    updated_at = pg_catalog.clock_timestamp()
  WHERE scope = $1 AND path = $2 RETURNING 1
) SELECT 1 / pg_catalog.count(*) FROM settled`,
      values: [scope, path, String(Math.round(executionMs)), String(statements)],
    }),
  };
}

export const toMigration = (row: readonly (string | null)[]): AppliedMigration => {
  const [scope, path, version, status, checksum, tokenChecksum, sql, appliedAt, appliedBy, ms, runId, index] = row.map(
    (value) => value ?? '',
  ) as [string, string, string, string, string, string, string, string, string, string, string, string];
  return {
    scope,
    path,
    version,
    status: status as AppliedMigration['status'],
    checksum: digest(checksum),
    tokenChecksum: digest(tokenChecksum),
    sql,
    appliedAt,
    appliedBy,
    executionMs: Number(ms),
    runId,
    statementIndex: Number(index),
  };
};
