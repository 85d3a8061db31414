import type { SqlError } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import { type MysqlError, messageOf } from './connect-failure.ts';
import { errorOffset } from './error-offset.ts';

export const ERROR = {
  interrupted: 1317,
  statementTimeout: 1969,
  executionTimeout: 3024,
  lockWaitTimeout: 1205,
  noSuchTable: 1146,
  packetTooLarge: 1153,
  unknownProcedure: 1305,
} as const;

/** After these the server closes the connection, and what it did of the statement before is not said. */
const ENDS_CONNECTION = new Set([1053, 1080, 1152, 1184, 1927, 2006, 2013, 3169, 4031]);

export const endsConnection = ({ errno, fatal }: MysqlError): boolean =>
  fatal === true || typeof errno !== 'number' || ENDS_CONNECTION.has(errno);

/** The server's error as the port has it; `statement` is what was sent, for the position. */
export function sqlError(error: MysqlError, statement: string | undefined): SqlError {
  const message = error.sqlMessage || messageOf(error);
  return sqlErrorOf(message, {
    sqlstate: error.sqlState,
    offset: statement === undefined ? undefined : errorOffset(message, statement),
    hint: HINTS[String(error.errno)],
  });
}

const HINTS: Readonly<Record<string, string>> = {
  1153: 'Split the statement, or raise max_allowed_packet on the server.',
  1148: 'LOAD DATA LOCAL is switched off, because a server could read any file of this machine with it.',
  4166: 'LOAD DATA LOCAL is switched off, because a server could read any file of this machine with it.',
  1051: 'Tables that the same statement names and that were there may be dropped.',
  1290: 'The server runs with an option that forbids this; read_only is set on replicas.',
  1213: 'The server gave this statement up so that another one could go on. Run it again.',
};
