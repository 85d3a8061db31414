import { lookupMessages } from 'node-firebird/lib/utils.js';
import type { SqlError } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import type { ServerError, StatusItem } from './driver.ts';

/** Codes of the server; the names are those of its own header. */
export const GDS = {
  deadlock: 335544336,
  ioError: 335544344,
  lockConflict: 335544345,
  unavailable: 335544375,
  sqlError: 335544436,
  updateConflict: 335544451,
  objectInUse: 335544453,
  login: 335544472,
  lockTimeout: 335544510,
  shutdown: 335544528,
  dsqlError: 335544569,
  tokenUnknown: 335544634,
  uniqueViolation: 335544665,
  networkError: 335544721,
  netReadError: 335544726,
  netWriteError: 335544727,
  lostConnection: 335544741,
  cancelled: 335544794,
  stackTrace: 335544842,
  commandEnd: 335544851,
  attachmentShutdown: 335544856,
  concurrentTransaction: 335544878,
  lineColumn: 336397208,
  wireCryptIncompatible: 335545064,
} as const;

export const statusOf = (error: Error): readonly StatusItem[] => {
  const { status, gdscode } = error as ServerError;
  return status ?? (gdscode === undefined ? [] : [{ gdscode }]);
};

export const hasCode = (error: Error, ...codes: readonly number[]): boolean =>
  statusOf(error).some(({ gdscode }) => codes.includes(gdscode));

/** True where somebody else's lock was in the way: of a row, a table, or an object that a statement changes. */
export const isLockConflict = (error: Error): boolean =>
  hasCode(error, GDS.lockTimeout, GDS.lockConflict, GDS.updateConflict, GDS.objectInUse);

/** True where the session itself has ended. */
export const isSessionEnd = (error: Error): boolean =>
  hasCode(
    error,
    GDS.shutdown,
    GDS.attachmentShutdown,
    GDS.networkError,
    GDS.netReadError,
    GDS.netWriteError,
    GDS.lostConnection,
  );

/** Entries that say no more than that there is an error. */
const GENERAL: readonly number[] = [GDS.dsqlError, GDS.sqlError];

/** The server's error as the port has it; `statement` is what was sent, for the position. */
export function sqlError(error: Error, statement: string | undefined): SqlError {
  const status = statusOf(error);
  const said = status.filter(({ gdscode }) => !GENERAL.includes(gdscode));
  const code = status.find(({ gdscode }) => gdscode === GDS.sqlError)?.params?.[0];
  const message = said.length > 0 && said.length < status.length ? messageOf(said) : error.message;
  return sqlErrorOf(message.replace(/\s*\n\s*/g, ' ').trim(), {
    offset: statement === undefined ? undefined : offsetIn(statement, status),
    detail: code === undefined ? undefined : `SQL error code ${code}`,
  });
}

const messageOf = (status: readonly StatusItem[]): string =>
  lookupMessages(status as Parameters<typeof lookupMessages>[0]);

/** UTF-16 offset of the place that the server names by line and column, both from 1. */
function offsetIn(statement: string, status: readonly StatusItem[]): number | undefined {
  for (const { gdscode, params } of status) {
    const place = placeOf(gdscode, params ?? []);
    if (!place) continue;
    const lines = statement.split('\n');
    const line = lines[place.line - 1];
    if (line === undefined) continue;
    const before = lines.slice(0, place.line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    return Math.min(before + utf16Length(line, place.column - 1), statement.length);
  }
  return undefined;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function placeOf(gdscode: number, params: readonly (string | number)[]): Place | undefined {
  switch (gdscode) {
    case GDS.tokenUnknown:
    case GDS.commandEnd:
    case GDS.lineColumn:
      return { line: Number(params[0]), column: Number(params[1]) };
    case GDS.stackTrace: {
      // Of a procedure or a trigger, the place is in its own source.
      const found = /^At block line: (\d+), col: (\d+)/.exec(String(params[0] ?? ''));
      return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined;
    }
    default:
      return undefined;
  }
}

/** The server counts bytes of UTF-8. */
function utf16Length(line: string, bytes: number): number {
  let length = 0;
  for (let counted = 0; counted < bytes && length < line.length; ) {
    const point = line.codePointAt(length) ?? 0;
    counted += Buffer.byteLength(String.fromCodePoint(point));
    length += point > 0xffff ? 2 : 1;
  }
  return length;
}
