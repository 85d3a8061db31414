import type { SqlOutcome } from '../../core/index.ts';
import { value } from '../sql-refusal.ts';
import type { Attachment } from './attachment.ts';
import { tableExists } from './history-table.ts';
import { useUpSpareNumbers } from './spare-numbers.ts';
import { GDS, hasCode, statusOf } from './sql-error.ts';
import type { Bounds } from './stop-after.ts';
import type { Work } from './work.ts';

export const LOCK_TABLE = 'SRDEPLOY_LOCK';
/** The session's variable that names its run; others see it in `MON$CONTEXT_VARIABLES`. */
export const RUN_VARIABLE = 'SRDEPLOY_RUN';

export interface ServerLock {
  /** Tries once and answers at once: the holder, or undefined where the lock is ours until the attachment ends. */
  take(scope: string, bounds: Bounds): Promise<SqlOutcome<string | undefined>>;
}

/**
 * The lock in the target: a row for each scope, locked in a transaction that stays open beside those of the migrations. It belongs to the
 * attachment that sends them, so that the server gives it up only when it has ended whatever that attachment had sent last.
 */
export function createServerLock(attachment: Attachment): ServerLock {
  const held = new Set<string>();
  let isReady = false;

  async function prepare(scope: string, bounds: Bounds): Promise<SqlOutcome<void>> {
    if (!isReady) {
      const found = await attachment.transact('read', bounds, (work) => tableExists(work, LOCK_TABLE));
      if (found.type !== 'done') return found;
      const mended = found.value ? found : await useUpSpareNumbers(attachment, bounds);
      if (mended.type !== 'done') return mended;
      const made = await attachment.transact('write', bounds, makeTable);
      // Two sessions may make it at once; the one that comes second is refused, and finds it there.
      if (made.type === 'lost') return made;
      const there = await attachment.transact('read', bounds, (work) => tableExists(work, LOCK_TABLE));
      if (there.type !== 'done') return there;
      if (!there.value && made.type === 'refused') return made;
      isReady = true;
    }
    return attachment.transact('write', bounds, (work) => makeRow(work, scope));
  }

  return {
    async take(scope, bounds) {
      if (held.has(scope)) return value(undefined);
      const ready = await prepare(scope, bounds);
      if (ready.type !== 'done') return ready;
      const got = await attachment.hold<Conflict | undefined>(
        bounds,
        async (work) => {
          await work.run(`SELECT SCOPE FROM ${LOCK_TABLE} WHERE SCOPE = ? WITH LOCK`, [scope], { maxRows: 1 });
          return undefined;
        },
        (error) => ({ transaction: concurrentTransaction(error) }),
      );
      if (got.type !== 'done') return got;
      if (got.value === undefined) {
        held.add(scope);
        // Nobody else makes tables now that could be taken for what a crash has left.
        const mended = await useUpSpareNumbers(attachment, bounds);
        return mended.type === 'done' ? value(undefined) : mended;
      }
      const { transaction } = got.value;
      if (transaction === undefined) return value('another session, which the server does not name');
      return attachment.transact('read', bounds, (work) => describeHolder(work, transaction));
    },
  };
}

interface Conflict {
  /** The number of the transaction that holds the row. */
  readonly transaction: number | undefined;
}

async function makeTable(work: Work): Promise<void> {
  if (await tableExists(work, LOCK_TABLE)) return;
  await work.run(`CREATE TABLE ${LOCK_TABLE} (
  SCOPE VARCHAR(64) CHARACTER SET UTF8 NOT NULL CONSTRAINT SRDEPLOY_LOCK_KEY PRIMARY KEY
)`);
}

async function makeRow(work: Work, scope: string): Promise<void> {
  const { rows } = await work.run(`SELECT 1 FROM ${LOCK_TABLE} WHERE SCOPE = ?`, [scope], { maxRows: 1 });
  if (rows.length > 0) return;
  try {
    await work.run(`INSERT INTO ${LOCK_TABLE} (SCOPE) VALUES (?)`, [scope]);
  } catch (error) {
    // Another session was faster.
    if (!hasCode(error as Error, GDS.uniqueViolation)) throw error;
  }
}

const concurrentTransaction = (error: Error): number | undefined => {
  const number = statusOf(error).find(({ gdscode }) => gdscode === GDS.concurrentTransaction)?.params?.[0];
  return number === undefined ? undefined : Number(number);
};

/** Who has the transaction, since when, and what it does. */
async function describeHolder(work: Work, transaction: number): Promise<string> {
  const { rows } = await work.run(
    `SELECT A.MON$ATTACHMENT_ID, TRIM(A.MON$USER), A.MON$REMOTE_ADDRESS, A.MON$REMOTE_PID, A.MON$REMOTE_HOST,
  CAST(A.MON$TIMESTAMP AS VARCHAR(24)), V.MON$VARIABLE_VALUE,
  (SELECT FIRST 1 CAST(SUBSTRING(S.MON$SQL_TEXT FROM 1 FOR 100) AS VARCHAR(100) CHARACTER SET UTF8) FROM MON$STATEMENTS AS S
    WHERE S.MON$ATTACHMENT_ID = A.MON$ATTACHMENT_ID AND S.MON$STATE = 1)
FROM MON$TRANSACTIONS AS T JOIN MON$ATTACHMENTS AS A ON A.MON$ATTACHMENT_ID = T.MON$ATTACHMENT_ID
LEFT JOIN MON$CONTEXT_VARIABLES AS V ON V.MON$ATTACHMENT_ID = A.MON$ATTACHMENT_ID AND V.MON$VARIABLE_NAME = '${RUN_VARIABLE}'
WHERE T.MON$TRANSACTION_ID = ?`,
    [transaction],
    { maxRows: 1 },
  );
  const [row] = rows;
  if (!row) return `a session that this user may not see or that has just ended, by transaction ${transaction}`;
  const [id, user, address, pid, host, since, run, doing] = row.map((one) => String(one ?? '').trim());
  const who = [run && `"srdeploy ${run}"`, user && `as ${user}`, address && `from ${address}`]
    .filter(Boolean)
    .join(' ');
  const process = pid ? ` (process ${pid}${host ? ` on ${host}` : ''})` : '';
  const does = doing ? `, executing: ${doing.replace(/\s+/g, ' ')}` : '';
  return `session ${id} ${who}${process} since ${since?.slice(0, 19)} of the server's clock${does}`;
}
