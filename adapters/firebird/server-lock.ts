import { hostname } from 'node:os';
import type { SqlOutcome } from '../../core/index.ts';
import { value } from '../sql-refusal.ts';
import type { Attachment } from './attachment.ts';
import { makeTable } from './make-table.ts';
import { useUpSpareNumbers } from './spare-numbers.ts';
import { GDS, hasCode, statusOf } from './sql-error.ts';
import type { Bounds } from './stop-after.ts';
import type { Work } from './work.ts';

export const LOCK_TABLE = 'SRDEPLOY_LOCK';

export interface ServerLock {
  /** Tries once and answers at once: the holder, or undefined where the lock is ours until the attachment ends. */
  take(scope: string, bounds: Bounds): Promise<SqlOutcome<string | undefined>>;
}

/**
 * The lock in the target: a row for each scope, locked in a transaction that stays open beside those of the migrations. It belongs to the
 * attachment that sends them, so that the server gives it up only when it has ended whatever that attachment had sent last. Who holds it
 * stands in a second row: the monitoring tables answer nobody while some COMMIT waits for a table in use.
 */
export function createServerLock(attachment: Attachment, run: string): ServerLock {
  const held = new Set<string>();
  let isReady = false;

  async function prepare(scope: string, bounds: Bounds): Promise<SqlOutcome<void>> {
    if (!isReady) {
      const made = await makeTable(attachment, LOCK_TABLE, [LAYOUT], bounds);
      if (made.type !== 'done') return made;
      isReady = true;
    }
    return attachment.transact('write', bounds, (work) => makeRow(work, scope));
  }

  return {
    async take(scope, bounds) {
      if (held.has(scope)) return value(undefined);
      const ready = await prepare(scope, bounds);
      if (ready.type !== 'done') return ready;
      const tried = await attachment.hold<Tried>(
        bounds,
        async (work) => {
          const sql = `SELECT CURRENT_TRANSACTION FROM ${LOCK_TABLE} WHERE SCOPE = ? AND PART = 0 WITH LOCK`;
          const { rows } = await work.run(sql, [scope], { maxRows: 1 });
          return { isOurs: true, transaction: Number(rows[0]?.[0]) };
        },
        (error) => ({ isOurs: false, transaction: concurrentTransaction(error) }),
      );
      if (tried.type !== 'done') return tried;
      const { isOurs, transaction } = tried.value;
      if (!isOurs) return attachment.transact('read', bounds, (work) => readHolder(work, scope, transaction));
      held.add(scope);
      const told = await attachment.transact('write', bounds, (work) => writeHolder(work, scope, run, transaction));
      if (told.type !== 'done') return told;
      // Nobody else makes tables now that could be taken for what a crash has left.
      const mended = await useUpSpareNumbers(attachment, bounds);
      return mended.type === 'done' ? value(undefined) : mended;
    },
  };
}

/** `transaction`: the one that holds the lock; undefined where the server does not name it. */
interface Tried {
  readonly isOurs: boolean;
  readonly transaction: number | undefined;
}

/** Part 0 is the lock, part 1 says in words who took it last. */
const LAYOUT = `CREATE TABLE ${LOCK_TABLE} (
  SCOPE VARCHAR(64) CHARACTER SET UTF8 NOT NULL,
  PART SMALLINT NOT NULL,
  LOCKED_BY BIGINT,
  HOLDER VARCHAR(1000) CHARACTER SET UTF8,
  CONSTRAINT SRDEPLOY_LOCK_KEY PRIMARY KEY (SCOPE, PART)
)`;

async function makeRow(work: Work, scope: string): Promise<void> {
  const { rows } = await work.run(`SELECT 1 FROM ${LOCK_TABLE} WHERE SCOPE = ? AND PART = 0`, [scope], { maxRows: 1 });
  if (rows.length > 0) return;
  try {
    await work.run(`INSERT INTO ${LOCK_TABLE} (SCOPE, PART) VALUES (?, 0)`, [scope]);
  } catch (error) {
    // Another session was faster.
    if (!hasCode(error as Error, GDS.uniqueViolation)) throw error;
  }
}

async function writeHolder(work: Work, scope: string, run: string, transaction: number | undefined): Promise<void> {
  const since = new Date().toISOString().slice(0, 19).replace('T', ' ');
  const process_ = `(process ${process.pid} on ${hostname()}) since ${since} UTC`;
  await work.run(
    `UPDATE OR INSERT INTO ${LOCK_TABLE} (SCOPE, PART, LOCKED_BY, HOLDER)
VALUES (?, 1, ?, SUBSTRING('session ' || CURRENT_CONNECTION || ' "srdeploy ' || CAST(? AS VARCHAR(200)) || '" as ' || TRIM(CURRENT_USER)
  || ' from ' || COALESCE(RDB$GET_CONTEXT('SYSTEM', 'CLIENT_ADDRESS'), 'the server itself') || ' ' || CAST(? AS VARCHAR(400)) FROM 1 FOR 1000))
MATCHING (SCOPE, PART)`,
    [scope, transaction ?? null, run.slice(0, 200), process_.slice(0, 400)],
  );
}

async function readHolder(work: Work, scope: string, transaction: number | undefined): Promise<string> {
  const { rows } = await work.run(`SELECT LOCKED_BY, HOLDER FROM ${LOCK_TABLE} WHERE SCOPE = ? AND PART = 1`, [scope], {
    maxRows: 1,
  });
  const [lockedBy, holder] = rows[0] ?? [];
  // The server tells the lower half of the number.
  const isHolder = transaction === undefined || Number(lockedBy) % 2 ** 32 === transaction >>> 0;
  return isHolder && holder ? String(holder) : `a session that took it a moment ago, in transaction ${transaction}`;
}

const concurrentTransaction = (error: Error): number | undefined => {
  const number = statusOf(error).find(({ gdscode }) => gdscode === GDS.concurrentTransaction)?.params?.[0];
  return number === undefined ? undefined : Number(number);
};
