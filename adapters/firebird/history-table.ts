import { type AppliedMigration, type Claim, digest } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import { GDS, hasCode } from './sql-error.ts';
import { Refusal, type Work } from './work.ts';

export interface Place {
  readonly scope: string;
  readonly path: string;
}

export const TABLE = 'SRDEPLOY_MIGRATIONS';
/** Characters of a scope. */
const SCOPE = 64;
/**
 * Characters of a path in databases with pages of 16, 8 and 4 KB. A key may take a quarter of a page, in which a character of UTF-8 counts
 * four bytes, and every four bytes one more. The size itself stands in the monitoring tables only, which do not always answer.
 */
const PATHS: readonly number[] = [753, 343, 139];
/** Characters that a text may have to come with its row; longer ones are fetched one by one. */
const INLINE = 4_000;

export const tableExists = async (work: Work, table: string): Promise<boolean> =>
  (await work.run('SELECT 1 FROM RDB$RELATIONS WHERE RDB$RELATION_NAME = ?', [table], { maxRows: 1 })).rows.length > 0;

/** The table, with room for paths as long as the pages of a database may allow: the longest first. */
export const layouts = (): readonly string[] => PATHS.map(layout);

const layout = (path: number): string => `CREATE TABLE ${TABLE} (
  SCOPE ${utf8(SCOPE)} NOT NULL,
  PATH ${utf8(path)} NOT NULL,
  VERSION ${utf8(200)} NOT NULL,
  STATUS VARCHAR(12) CHARACTER SET ASCII NOT NULL CHECK (STATUS IN ('started', 'succeeded', 'rolling_back', 'rolled_back')),
  CHECKSUM VARCHAR(64) CHARACTER SET ASCII NOT NULL,
  TOKEN_CHECKSUM VARCHAR(64) CHARACTER SET ASCII NOT NULL,
  SQL ${UTF8_BLOB} NOT NULL,
  ROLLBACK_SQL ${UTF8_BLOB},
  APPLIED_AT TIMESTAMP NOT NULL,
  APPLIED_BY ${utf8(400)} NOT NULL,
  EXECUTION_MS BIGINT NOT NULL,
  RUN_ID ${utf8(100)} NOT NULL,
  STATEMENT_INDEX INTEGER NOT NULL,
  IN_FLIGHT SMALLINT DEFAULT 0 NOT NULL,
  REASON ${UTF8_BLOB},
  UPDATED_AT TIMESTAMP NOT NULL,
  CONSTRAINT SRDEPLOY_MIGRATIONS_KEY PRIMARY KEY (SCOPE, PATH)
)`;

const UTF8_BLOB = 'BLOB SUB_TYPE TEXT CHARACTER SET UTF8';
const utf8 = (characters: number): string => `VARCHAR(${characters}) CHARACTER SET UTF8`;
/** Times are UTC; the type has no zone. The driver would take them for local time and cut the milliseconds, so they go as text. */
const TIME = 'CAST(CAST(? AS VARCHAR(24)) AS TIMESTAMP)';
const timeOf = (iso: string): string => iso.replace('T', ' ').replace('Z', '');
const now = (): string => timeOf(new Date().toISOString());
const HERE = 'SCOPE = ? AND PATH = ?';

export async function readRows(work: Work, scope: string): Promise<readonly AppliedMigration[]> {
  // A longer text than the column's would be an error of its own.
  if (scope.length > SCOPE) return [];
  const { rows } = await work.run(
    `SELECT SCOPE, PATH, VERSION, STATUS, CHECKSUM, TOKEN_CHECKSUM,
  CASE WHEN CHAR_LENGTH(COALESCE(ROLLBACK_SQL, SQL)) <= ${INLINE} THEN CAST(COALESCE(ROLLBACK_SQL, SQL) AS VARCHAR(${INLINE}) CHARACTER SET UTF8) END,
  CASE WHEN CHAR_LENGTH(COALESCE(ROLLBACK_SQL, SQL)) > ${INLINE} THEN COALESCE(ROLLBACK_SQL, SQL) END,
  CAST(APPLIED_AT AS VARCHAR(24)), APPLIED_BY, EXECUTION_MS, RUN_ID, STATEMENT_INDEX, IN_FLIGHT, REASON
FROM ${TABLE} WHERE SCOPE = ? ORDER BY PATH`,
    [scope],
    { maxRows: Number.POSITIVE_INFINITY },
  );
  return rows.map(toMigration);
}

function toMigration(row: readonly unknown[]): AppliedMigration {
  const text = (column: number): string => String(row[column] ?? '');
  return {
    scope: text(0),
    path: text(1),
    version: text(2),
    status: text(3) as AppliedMigration['status'],
    checksum: digest(text(4)),
    tokenChecksum: digest(text(5)),
    sql: text(row[6] === null ? 7 : 6),
    appliedAt: `${text(8).slice(0, 23).replace(' ', 'T')}Z`,
    appliedBy: text(9),
    executionMs: Number(row[10]),
    runId: text(11),
    statementIndex: Number(row[12]),
    inFlight: Number(row[13]) === 1,
    reason: row[14] === null || row[14] === undefined ? undefined : text(14),
  };
}

/** Claims the row at a statement, or tells that it is not what the claim needs. */
export async function claim(work: Work, row: Claim, at: number): Promise<'claimed' | 'taken'> {
  if (row.action === 'roll_back') return (await claimRollBack(work, row, at)) > 0 ? 'claimed' : 'taken';
  const { changed } = await work.run(
    `UPDATE ${TABLE} SET VERSION = ?, STATUS = 'started', CHECKSUM = ?, TOKEN_CHECKSUM = ?, SQL = ?, ROLLBACK_SQL = NULL,
  APPLIED_AT = ${TIME}, APPLIED_BY = ?, EXECUTION_MS = 0, RUN_ID = ?, STATEMENT_INDEX = ?, IN_FLIGHT = 0, REASON = ?, UPDATED_AT = ${TIME}
WHERE ${HERE} AND STATUS NOT IN ('succeeded', 'rolling_back')`,
    [
      ...[row.version, row.checksum, row.tokenChecksum, row.sql, now(), row.appliedBy, row.runId, at],
      ...[row.reason ?? null, now(), row.scope, row.path],
    ],
  );
  if (changed > 0) return 'claimed';
  try {
    await insert(work, {
      ...row,
      status: 'started',
      appliedAt: new Date().toISOString(),
      executionMs: 0,
      statementIndex: at,
      inFlight: false,
    });
    return 'claimed';
  } catch (error) {
    if (hasCode(error as Error, GDS.uniqueViolation)) return 'taken';
    throw error;
  }
}

const claimRollBack = async (work: Work, row: Claim, at: number): Promise<number> => {
  const { changed } = await work.run(
    `UPDATE ${TABLE} SET STATUS = 'rolling_back', ROLLBACK_SQL = ?, APPLIED_AT = ${TIME}, APPLIED_BY = ?, EXECUTION_MS = 0,
  RUN_ID = ?, STATEMENT_INDEX = ?, IN_FLIGHT = 0, REASON = ?, UPDATED_AT = ${TIME}
WHERE ${HERE} AND STATUS IN ('succeeded', 'rolling_back')`,
    [row.sql, now(), row.appliedBy, row.runId, at, row.reason ?? null, now(), row.scope, row.path],
  );
  return changed;
};

/** Says that the statements before `index` are confirmed, and whether that at `index` is in flight. */
export async function progress(work: Work, place: Place, index: number, inFlight: boolean): Promise<void> {
  const { changed } = await work.run(
    `UPDATE ${TABLE} SET STATEMENT_INDEX = ?, IN_FLIGHT = ?, UPDATED_AT = ${TIME} WHERE ${HERE} AND STATUS IN ('started', 'rolling_back')`,
    [index, inFlight ? 1 : 0, now(), place.scope, place.path],
  );
  needOne(changed, place);
}

export async function settle(work: Work, place: Place, executionMs: number): Promise<void> {
  const { changed } = await work.run(
    `UPDATE ${TABLE} SET STATUS = CASE STATUS WHEN 'rolling_back' THEN 'rolled_back' ELSE 'succeeded' END, ROLLBACK_SQL = NULL,
  EXECUTION_MS = ?, IN_FLIGHT = 0, UPDATED_AT = ${TIME} WHERE ${HERE} AND STATUS IN ('started', 'rolling_back')`,
    [Math.round(executionMs), now(), place.scope, place.path],
  );
  needOne(changed, place);
}

function needOne(changed: number, { path }: Place): void {
  if (changed === 0)
    throw new Refusal(sqlErrorOf(`The history has no row for ${path} that is begun and not finished.`));
}

export async function remove(work: Work, { scope, path }: Place): Promise<void> {
  await work.run(`DELETE FROM ${TABLE} WHERE ${HERE}`, [scope, path]);
}

/** While a rollback is on its way, `sql` of the port is the rollback's, and the migration's own is kept. */
export async function put(work: Work, row: AppliedMigration): Promise<void> {
  const isRollingBack = row.status === 'rolling_back';
  const { changed } = await work.run(
    `UPDATE ${TABLE} SET VERSION = ?, STATUS = ?, CHECKSUM = ?, TOKEN_CHECKSUM = ?, ${isRollingBack ? 'ROLLBACK_SQL = ?' : 'SQL = ?, ROLLBACK_SQL = NULL'},
  APPLIED_AT = ${TIME}, APPLIED_BY = ?, EXECUTION_MS = ?, RUN_ID = ?, STATEMENT_INDEX = ?, IN_FLIGHT = ?, REASON = ?, UPDATED_AT = ${TIME}
WHERE ${HERE}`,
    [
      ...[row.version, row.status, row.checksum, row.tokenChecksum, row.sql, timeOf(row.appliedAt), row.appliedBy],
      ...[Math.round(row.executionMs), row.runId, row.statementIndex, row.inFlight ? 1 : 0, row.reason ?? null, now()],
      ...[row.scope, row.path],
    ],
  );
  if (changed === 0) await insert(work, row);
}

async function insert(work: Work, row: Omit<AppliedMigration, 'status'> & { readonly status: string }): Promise<void> {
  await work.run(
    `INSERT INTO ${TABLE} (SCOPE, PATH, VERSION, STATUS, CHECKSUM, TOKEN_CHECKSUM, SQL, ROLLBACK_SQL,
  APPLIED_AT, APPLIED_BY, EXECUTION_MS, RUN_ID, STATEMENT_INDEX, IN_FLIGHT, REASON, UPDATED_AT)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${TIME}, ?, ?, ?, ?, ?, ?, ${TIME})`,
    [
      ...[row.scope, row.path, row.version, row.status, row.checksum, row.tokenChecksum, row.sql],
      ...[row.status === 'rolling_back' ? row.sql : null, timeOf(row.appliedAt), row.appliedBy],
      ...[Math.round(row.executionMs), row.runId, row.statementIndex, row.inFlight ? 1 : 0, row.reason ?? null, now()],
    ],
  );
}
