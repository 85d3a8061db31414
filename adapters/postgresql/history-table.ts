import { type AppliedMigration, type Claim, digest } from '../../core/index.ts';
import type { Step } from './step.ts';

export interface Place {
  readonly scope: string;
  readonly path: string;
}

/**
 * SQL for the history table in one schema; every name is qualified, because a script may change the search path. A step that needs a row
 * which is not there, or not as it must be, fails with a division by zero, so that what was sent behind it is not done.
 */
export interface HistoryTable {
  /** One row: the names of the table's columns, joined by commas; null where there is no table. */
  readonly columns: Step;
  readonly create: Step;
  /** Brings a table of the first layout up to date, all at once. */
  readonly upgrade: Step;
  read(scope: string, isCurrent: boolean): Step;
  claim(row: Claim, at: number): Step;
  /**
   * `executionMs`: undefined is the time since the transaction began, as the server has it; the one row has it in its second column.
   * `statements`: undefined keeps the index that the row has.
   */
  settle(place: Place, executionMs: number | undefined, statements: number | undefined): Step;
  progress(place: Place, index: number, inFlight: boolean): Step;
  put(row: AppliedMigration): Step;
  remove(place: Place): Step;
}

export const ALL_ROWS = 0x7fff_ffff;
export const DIVISION_BY_ZERO = '22012';

/** True for a table of today's layout, from the row of `columns`. */
export const isCurrent = (columns: string): boolean => columns.split(',').includes('rollback_sql');

const NOW = 'pg_catalog.clock_timestamp()';
const ELAPSED = `(extract(epoch FROM ${NOW} - pg_catalog.transaction_timestamp()) * 1000)::bigint`;
const STATUS = "CHECK (status IN ('started', 'succeeded', 'rolling_back', 'rolled_back'))";
const COLUMNS = `scope, path, version, status, checksum, token_checksum, sql, rollback_sql,
  applied_at, applied_by, execution_ms, run_id, statement_index, in_flight, reason, updated_at`;
const REPLACED = `version = excluded.version, status = excluded.status, checksum = excluded.checksum,
  token_checksum = excluded.token_checksum, rollback_sql = excluded.rollback_sql, applied_at = excluded.applied_at,
  applied_by = excluded.applied_by, execution_ms = excluded.execution_ms, run_id = excluded.run_id,
  statement_index = excluded.statement_index, in_flight = excluded.in_flight, reason = excluded.reason, updated_at = excluded.updated_at`;

/** `schema` is quoted already. */
export function historyTable(schema: string): HistoryTable {
  const table = `${schema}.srdeploy_migrations`;
  return {
    columns: {
      text: `SELECT pg_catalog.string_agg(attname, ',') FROM pg_catalog.pg_attribute
WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
      values: [table],
      maxRows: 1,
    },
    create: { text: `CREATE TABLE IF NOT EXISTS ${table} ${LAYOUT}` },
    upgrade: {
      text: `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS rollback_sql text,
  ADD COLUMN IF NOT EXISTS in_flight boolean NOT NULL DEFAULT false, ADD COLUMN IF NOT EXISTS reason text,
  DROP CONSTRAINT IF EXISTS srdeploy_migrations_status_check, ADD CONSTRAINT srdeploy_migrations_status_check ${STATUS}`,
    },
    read: (scope, isCurrent) => ({
      text: `SELECT scope, path, version, status, checksum, token_checksum, ${isCurrent ? 'coalesce(rollback_sql, sql)' : 'sql'},
  pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), applied_by, execution_ms, run_id, statement_index,
  ${isCurrent ? 'in_flight, reason' : 'false, NULL'}
FROM ${table} WHERE scope = $1 ORDER BY path COLLATE "C"`,
      values: [scope],
      maxRows: ALL_ROWS,
    }),
    claim: (row, at) => (row.action === 'roll_back' ? claimRollBack(table, row, at) : claimApply(table, row, at)),
    settle: ({ scope, path }, executionMs, statements) => ({
      text: needOne(
        `UPDATE ${table} SET status = CASE status WHEN 'rolling_back' THEN 'rolled_back' ELSE 'succeeded' END,
  rollback_sql = NULL, execution_ms = coalesce($3::bigint, ${ELAPSED}), statement_index = coalesce($4::integer, statement_index),
  in_flight = false, updated_at = ${NOW} WHERE scope = $1 AND path = $2 AND status IN ('started', 'rolling_back')`,
        'execution_ms',
      ),
      isKept: true,
      values: [
        scope,
        path,
        executionMs === undefined ? null : String(Math.round(executionMs)),
        statements === undefined ? null : String(statements),
      ],
      ...(executionMs === undefined && { maxRows: ALL_ROWS }),
    }),
    progress: ({ scope, path }, index, inFlight) => ({
      text: needOne(`UPDATE ${table} SET statement_index = $3::integer, in_flight = $4::boolean, updated_at = ${NOW}
WHERE scope = $1 AND path = $2 AND status IN ('started', 'rolling_back')`),
      isKept: true,
      values: [scope, path, String(index), inFlight ? 't' : 'f'],
    }),
    put: (row) => put(table, row),
    remove: ({ scope, path }) => ({
      text: `DELETE FROM ${table} WHERE scope = $1 AND path = $2`,
      values: [scope, path],
    }),
  };
}

const LAYOUT = `(
  scope text NOT NULL,
  path text NOT NULL,
  version text NOT NULL,
  status text NOT NULL ${STATUS},
  checksum text NOT NULL,
  token_checksum text NOT NULL,
  sql text NOT NULL,
  rollback_sql text,
  applied_at timestamp with time zone NOT NULL,
  applied_by text NOT NULL,
  execution_ms bigint NOT NULL,
  run_id text NOT NULL,
  statement_index integer NOT NULL,
  in_flight boolean NOT NULL DEFAULT false,
  reason text,
  updated_at timestamp with time zone NOT NULL,
  PRIMARY KEY (scope, path)
)`;

const needOne = (change: string, told = '1'): string =>
  `WITH changed AS (${change} RETURNING ${told} AS told) SELECT 1 / pg_catalog.count(*), pg_catalog.max(told) FROM changed`;

const claimApply = (table: string, row: Claim, at: number): Step => ({
  text: needOne(`INSERT INTO ${table} AS m (${COLUMNS})
VALUES ($1, $2, $3, 'started', $4, $5, $6, NULL, ${NOW}, $7, 0, $8, $9::integer, false, $10, ${NOW})
ON CONFLICT (scope, path) DO UPDATE SET sql = excluded.sql, ${REPLACED} WHERE m.status NOT IN ('succeeded', 'rolling_back')`),
  isKept: true,
  values: [
    row.scope,
    row.path,
    row.version,
    row.checksum,
    row.tokenChecksum,
    row.sql,
    row.appliedBy,
    row.runId,
    String(at),
    row.reason ?? null,
  ],
});

const claimRollBack = (table: string, row: Claim, at: number): Step => ({
  text: needOne(`UPDATE ${table} SET status = 'rolling_back', rollback_sql = $3, applied_at = ${NOW}, applied_by = $4, execution_ms = 0,
  run_id = $5, statement_index = $6::integer, in_flight = false, reason = $7, updated_at = ${NOW}
WHERE scope = $1 AND path = $2 AND status IN ('succeeded', 'rolling_back')`),
  values: [row.scope, row.path, row.sql, row.appliedBy, row.runId, String(at), row.reason ?? null],
});

/** While a rollback is on its way, `sql` of the port is the rollback's, and the migration's own is kept. */
const put = (table: string, row: AppliedMigration): Step => ({
  text: `INSERT INTO ${table} AS m (${COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10, $11::bigint, $12, $13::integer, $14::boolean, $15, ${NOW})
ON CONFLICT (scope, path) DO UPDATE SET
  sql = CASE excluded.status WHEN 'rolling_back' THEN m.sql ELSE excluded.sql END, ${REPLACED}`,
  values: [
    row.scope,
    row.path,
    row.version,
    row.status,
    row.checksum,
    row.tokenChecksum,
    row.sql,
    row.status === 'rolling_back' ? row.sql : null,
    row.appliedAt,
    row.appliedBy,
    String(Math.round(row.executionMs)),
    row.runId,
    String(row.statementIndex),
    row.inFlight ? 't' : 'f',
    row.reason ?? null,
  ],
});

export const toMigration = (row: readonly (string | null)[]): AppliedMigration => {
  const text = (column: number): string => row[column] ?? '';
  return {
    scope: text(0),
    path: text(1),
    version: text(2),
    status: text(3) as AppliedMigration['status'],
    checksum: digest(text(4)),
    tokenChecksum: digest(text(5)),
    sql: text(6),
    appliedAt: text(7),
    appliedBy: text(8),
    executionMs: Number(row[9]),
    runId: text(10),
    statementIndex: Number(row[11]),
    inFlight: row[12] === 't',
    reason: row[13] ?? undefined,
  };
};
