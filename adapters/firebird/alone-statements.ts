import type { DatabaseSession, SqlError, SqlOutcome } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import { aloneRefusal } from '../statement-guard.ts';
import type { Attachment } from './attachment.ts';
import { claim, type Place, progress, settle } from './history-table.ts';
import type { Bounds } from './stop-after.ts';
import { KIND } from './work.ts';

export type AloneStatements = Pick<DatabaseSession, 'startAlone' | 'runAlone' | 'finishAlone'>;

/**
 * Migrations statement by statement. Firebird's DDL takes part in transactions, though what it makes cannot be used before COMMIT, so each
 * statement shares a transaction with the record that it is done: the row tells exactly how far a migration came. Only what acts outside of
 * the transaction stands between two records.
 */
export function createAloneStatements(attachment: Attachment, isReadOnly: boolean): AloneStatements {
  const ours = (signal?: AbortSignal): Bounds => ({ timeoutMs: undefined, signal });
  const record = (place: Place, index: number, inFlight: boolean, signal?: AbortSignal): Promise<SqlOutcome<void>> =>
    attachment.transact('write', ours(signal), (work) => progress(work, place, index, inFlight));

  return {
    async startAlone(row, at, signal) {
      if (isReadOnly) return attachment.refuse('The session is read-only.');
      return attachment.transact('write', ours(signal), (work) => claim(work, row, at));
    },

    async runAlone({ scope, path, index }, { text, copyData }, limits, signal) {
      const place = { scope, path };
      const error = aloneRefusal(text) ?? (copyData === undefined ? undefined : sqlErrorOf('Firebird has no COPY.'));
      if (error) return { type: 'refused', cause: 'error', error };
      const actsOutside = isOutside(text);
      if (actsOutside) {
        const sent = await record(place, index, true, signal);
        if (sent.type !== 'done') return sent;
      }
      const ran = await attachment.transact('write', { ...limits, signal }, async (work) => {
        await work.run(text, [], { isScript: true, refuse: refusalOf });
        await progress(work, place, index + 1, false);
      });
      if (ran.type !== 'refused' || !actsOutside) return ran;
      const undone = await record(place, index, false);
      return undone.type === 'lost' ? undone : ran;
    },

    async finishAlone(row) {
      if (isReadOnly) return attachment.refuse('The session is read-only.');
      return attachment.transact('write', ours(), (work) => settle(work, row, row.executionMs));
    },
  };
}

/** Why a kind of statement is not sent: it would tear the migration from its history row. */
function refusalOf(kind: number): SqlError | undefined {
  switch (kind) {
    case KIND.startTransaction:
    case KIND.commit:
    case KIND.rollback:
      return sqlErrorOf('Each statement of the script is a transaction with its history row. Remove this one.', {
        offset: 0,
      });
    case KIND.savepoint:
      return sqlErrorOf(
        'Each statement of the script is a transaction of its own, so a savepoint has nothing to go back to. Remove it.',
        { offset: 0 },
      );
    default:
      return undefined;
  }
}

const OUTSIDE: readonly RegExp[] = [
  /\bAUTONOMOUS\s+TRANSACTION\b/i,
  /\bON\s+EXTERNAL\b/i,
  /^(?:(?:CREATE\s+(?:OR\s+ALTER\s+)?|ALTER\s+|RECREATE\s+|DROP\s+)(?:USER|SHADOW|GLOBAL\s+MAPPING)\b)/i,
  /^ALTER\s+DATABASE\b/i,
];

/** True of what the server does outside of the transaction it is sent in: other transactions, other databases, users, files. */
export const isOutside = (statement: string): boolean => OUTSIDE.some((one) => one.test(statement));

/** Why no migration runs in one transaction here; the engine asks for `startAlone` instead. */
export const NOT_TOGETHER =
  'Firebird cannot use what a transaction has created before its COMMIT, so migrations run statement by statement.';
