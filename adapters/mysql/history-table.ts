import { type AppliedMigration, type Claim, digest, type FinishedRow } from '../../core/index.ts';
import type { Remembered } from './session-memory.ts';

export interface Place {
  readonly scope: string;
  readonly path: string;
}

/** SQL for the history table of one database; its name is qualified, because a script may go to another one. */
export interface HistoryTable {
  readonly create: string;
  read(scope: string): string;
  /** The status of a row, which nobody else changes until the transaction ends. */
  look(place: Place): string;
  claim(row: Claim, at: number): string;
  progress(place: Place, index: number, inFlight: boolean): string;
  /** The same, with the settings of the session so far. */
  progressWith(place: Place, index: number, settings: readonly Remembered[]): string;
  /** The settings that were kept. */
  settings(place: Place): string;
  settle(row: FinishedRow): string;
  put(row: AppliedMigration): string;
  remove(place: Place): string;
}

const NOW = 'UTC_TIMESTAMP(3)';

/** Key columns of 2,560 bytes: InnoDB takes 3,072. Texts are compared byte by byte. */
const LAYOUT = `(
  scope varchar(128) NOT NULL,
  path varchar(512) NOT NULL,
  version text NOT NULL,
  status enum('started', 'succeeded', 'rolling_back', 'rolled_back') NOT NULL,
  checksum char(64) NOT NULL,
  token_checksum char(64) NOT NULL,
  \`sql\` longtext NOT NULL,
  rollback_sql longtext,
  session_settings longtext,
  applied_at datetime(3) NOT NULL,
  applied_by text NOT NULL,
  execution_ms bigint NOT NULL,
  run_id varchar(128) NOT NULL,
  statement_index int NOT NULL,
  in_flight tinyint(1) NOT NULL,
  reason text,
  updated_at datetime(3) NOT NULL,
  PRIMARY KEY (scope, path)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin ROW_FORMAT = DYNAMIC`;

const COLUMNS = `scope, path, version, status, checksum, token_checksum, \`sql\`, rollback_sql,
  applied_at, applied_by, execution_ms, run_id, statement_index, in_flight, reason`;

const REPLACED = `version = VALUES(version), status = VALUES(status), checksum = VALUES(checksum), token_checksum = VALUES(token_checksum),
  rollback_sql = VALUES(rollback_sql), applied_at = VALUES(applied_at), applied_by = VALUES(applied_by), execution_ms = VALUES(execution_ms),
  run_id = VALUES(run_id), statement_index = VALUES(statement_index), in_flight = VALUES(in_flight), reason = VALUES(reason),
  updated_at = VALUES(updated_at)`;

/** `quote` makes a literal of a text, in a session of our own whose settings no script has touched. */
export function historyTable(database: string, quote: (text: string) => string): HistoryTable {
  const table = `${quotedName(database)}.srdeploy_migrations`;
  const orNull = (text: string | undefined) => (text === undefined ? 'NULL' : quote(text));
  const at = ({ scope, path }: Place) => `scope = ${literal(scope)} AND path = ${literal(path)}`;
  /** What a session was set to is kept for whoever goes on, and forgotten where the migration begins anew. */
  const kept = (index: number) => (index === 0 ? 'session_settings = NULL, ' : '');
  const progress = (place: Place, index: number, inFlight: boolean, more = '') =>
    `UPDATE ${table} SET statement_index = ${index}, in_flight = ${inFlight ? 1 : 0}, ${more}updated_at = ${NOW}
WHERE ${at(place)} AND status IN (${literal('started')}, ${literal('rolling_back')})`;
  const applyClaim = (row: Claim, index: number) =>
    `INSERT INTO ${table} (${COLUMNS}, updated_at) VALUES (${[row.scope, row.path, row.version, 'started', row.checksum, row.tokenChecksum, row.sql].map(quote).join(', ')},
  NULL, ${NOW}, ${quote(row.appliedBy)}, 0, ${quote(row.runId)}, ${index}, 0, ${orNull(row.reason)}, ${NOW})
ON DUPLICATE KEY UPDATE \`sql\` = VALUES(\`sql\`), ${kept(index)}${REPLACED}`;
  const rollBackClaim = (row: Claim, index: number) =>
    `UPDATE ${table} SET ${kept(index)}status = 'rolling_back', rollback_sql = ${quote(row.sql)}, applied_at = ${NOW}, applied_by = ${quote(row.appliedBy)},
  execution_ms = 0, run_id = ${quote(row.runId)}, statement_index = ${index}, in_flight = 0, reason = ${orNull(row.reason)}, updated_at = ${NOW}
WHERE ${at(row)}`;
  return {
    create: `CREATE TABLE IF NOT EXISTS ${table} ${LAYOUT}`,
    read: (scope) => `SELECT ${COLUMNS} FROM ${table} WHERE scope = ${literal(scope)} ORDER BY path`,
    look: (place) => `SELECT status FROM ${table} WHERE ${at(place)} FOR UPDATE`,
    claim: (row, index) => (row.action === 'roll_back' ? rollBackClaim(row, index) : applyClaim(row, index)),
    progress,
    progressWith: (place, index, settings) =>
      progress(place, index, false, `session_settings = ${quote(JSON.stringify(settings))}, `),
    settings: (place) => `SELECT session_settings FROM ${table} WHERE ${at(place)}`,
    // Said twice, it changes nothing more: an answer may get lost.
    settle: (row) =>
      `UPDATE ${table} SET execution_ms = ${Math.round(row.executionMs)}, in_flight = 0, rollback_sql = NULL, session_settings = NULL, updated_at = ${NOW},
  status = CASE status WHEN 'rolling_back' THEN 'rolled_back' WHEN 'started' THEN 'succeeded' ELSE status END
WHERE ${at(row)}`,
    put: (row) =>
      `INSERT INTO ${table} (${COLUMNS}, updated_at) VALUES (${[row.scope, row.path, row.version, row.status, row.checksum, row.tokenChecksum, row.sql].map(quote).join(', ')},
  ${row.status === 'rolling_back' ? quote(row.sql) : 'NULL'}, ${quote(serverTime(row.appliedAt))}, ${quote(row.appliedBy)}, ${Math.round(row.executionMs)},
  ${quote(row.runId)}, ${row.statementIndex}, ${row.inFlight ? 1 : 0}, ${orNull(row.reason)}, ${NOW})
ON DUPLICATE KEY UPDATE \`sql\` = IF(VALUES(status) = 'rolling_back', \`sql\`, VALUES(\`sql\`)), ${REPLACED}`,
    remove: (place) => `DELETE FROM ${table} WHERE ${at(place)}`,
  };
}

export const quotedName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A text that means the same under every character set and sql_mode that a script may have set. */
export const literal = (text: string): string => `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;

/** UTC with milliseconds, as the server's type has it. */
const serverTime = (iso: string): string => new Date(iso).toISOString().replace('T', ' ').slice(0, 23);

/** A row of `read`. */
export function toMigration(row: readonly unknown[]): AppliedMigration {
  const [scope, path, version, status, checksum, tokenChecksum, sql, rollbackSql, appliedAt, appliedBy] = row;
  const [executionMs, runId, statementIndex, inFlight, reason] = row.slice(10);
  return {
    scope: String(scope),
    path: String(path),
    version: String(version),
    status: String(status) as AppliedMigration['status'],
    checksum: digest(String(checksum)),
    tokenChecksum: digest(String(tokenChecksum)),
    sql: String(status === 'rolling_back' ? (rollbackSql ?? sql) : sql),
    appliedAt: `${String(appliedAt).replace(' ', 'T')}Z`,
    appliedBy: String(appliedBy),
    executionMs: Number(executionMs),
    runId: String(runId),
    statementIndex: Number(statementIndex),
    inFlight: Number(inFlight) === 1,
    reason: typeof reason === 'string' ? reason : undefined,
  };
}
