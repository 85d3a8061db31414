import type { SqlError } from '../../../core/index.ts';
import { sqlErrorOf } from '../../sql-refusal.ts';
import type { CallName, ChildAnswer } from '../child-protocol.ts';

const PRIMARY: Readonly<Record<number, string>> = {
  1: 'ERROR',
  2: 'INTERNAL',
  3: 'PERM',
  4: 'ABORT',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  23: 'AUTH',
  25: 'RANGE',
  26: 'NOTADB',
};

/** Extended codes that help a reader; the others are shown as the primary name with their number. */
const EXTENDED: Readonly<Record<number, string>> = {
  261: 'BUSY_RECOVERY',
  517: 'BUSY_SNAPSHOT',
  275: 'CONSTRAINT_CHECK',
  531: 'CONSTRAINT_COMMITHOOK',
  787: 'CONSTRAINT_FOREIGNKEY',
  1299: 'CONSTRAINT_NOTNULL',
  1555: 'CONSTRAINT_PRIMARYKEY',
  1811: 'CONSTRAINT_TRIGGER',
  2067: 'CONSTRAINT_UNIQUE',
  2579: 'CONSTRAINT_ROWID',
  3091: 'CONSTRAINT_DATATYPE',
  264: 'READONLY_RECOVERY',
  520: 'READONLY_CANTLOCK',
  776: 'READONLY_ROLLBACK',
  1032: 'READONLY_DBMOVED',
  1544: 'READONLY_CANTINIT',
  1288: 'READONLY_DIRECTORY',
};

/** SQLite's extended result code of a driver's error; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  const { sqliteExtendedCode, errcode } = Object(error) as { sqliteExtendedCode?: unknown; errcode?: unknown };
  return [sqliteExtendedCode, errcode].find((code): code is number => typeof code === 'number');
}

/** BUSY or LOCKED: another connection is in the way. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && ((code & 0xff) === 5 || (code & 0xff) === 6);
}

export function codeName(code: number): string {
  const primary = PRIMARY[code & 0xff] ?? 'UNKNOWN';
  return `SQLITE_${EXTENDED[code] ?? (code > 255 ? `${primary} (${code})` : primary)}`;
}

/** The error as the port has it: the driver's message, and SQLite's name for the code as the detail. */
export function sqlError(error: unknown): SqlError {
  const code = resultCode(error);
  if (error instanceof Refusal) return sqlErrorOf(error.message, { hint: error.hint });
  const message = error instanceof Error ? error.message : String(error);
  return sqlErrorOf(message, { detail: code === undefined ? undefined : codeName(code) });
}

/** An error of our own that the parent shows as it is. */
export class Refusal extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A statement of a script that SQLite did not do. */
export class StatementRefusal extends Error {
  readonly reason: unknown;
  readonly statement: number;
  constructor(statement: number, reason: unknown) {
    super('A statement was refused.');
    this.statement = statement;
    this.reason = reason;
  }
}

/** The answer that says why a call failed. */
export function answerOf(error: unknown): ChildAnswer<CallName> {
  if (error instanceof StatementRefusal) {
    const { reason, statement } = error;
    return { type: 'refused', cause: isBusy(reason) ? 'lock-timeout' : 'error', error: sqlError(reason), statement };
  }
  return isBusy(error) ? { type: 'busy' } : { type: 'refused', cause: 'error', error: sqlError(error) };
}
