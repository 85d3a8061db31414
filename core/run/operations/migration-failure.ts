import type { MigrationOperation } from '../../model/operation.ts';
import type { Failure } from '../../model/run.ts';
import type { PreparedScript } from '../../plan/prepare-script.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import type { OperationContext, Undone } from '../operation-context.ts';
import { cutTo, errorInWords } from '../operation-result.ts';
import { lockRetries, lockTimeoutMs, seconds } from './lock-pause.ts';

export type Refused = Exclude<Undone, { type: 'lost' }>;

/** Where and with what something went wrong. */
export interface Circumstances {
  readonly operation: MigrationOperation;
  readonly prepared: PreparedScript;
  /** Undefined where it was none of the script's statements. */
  readonly statement: SqlStatement | undefined;
}

/** Why a script did not come through, with the place in its file; `stands` says what is applied now. */
export function refusedFailure(
  refused: Refused,
  where: Circumstances,
  context: OperationContext,
  stands: string,
): Failure {
  switch (refused.cause) {
    case 'cancelled':
      return { code: 'CANCELLED', message: `Cancelled; ${stands}`, ...placeIn(where) };
    case 'timeout': {
      const limit = where.operation.timeoutSec;
      const message = `The migration took longer than its time limit${limit === undefined ? '' : ` of ${limit} s`}; ${stands}`;
      return { code: 'TIMEOUT', message, ...placeIn(where) };
    }
    case 'lock-timeout':
      return { code: 'LOCK_WAIT_TIMEOUT', message: lockMessage(refused, context, stands), ...placeIn(where) };
    case 'error': {
      const { error } = refused;
      return {
        code: 'SQL_ERROR',
        message: stands === '' ? errorInWords(error) : `${asSentence(errorInWords(error))} ${stands}`,
        ...placeIn(where, error.offset),
        ...(error.sqlstate !== undefined && { sqlstate: error.sqlstate }),
      };
    }
  }
}

function lockMessage({ error }: Refused, context: OperationContext, stands: string): string {
  const [most, ms] = [lockRetries(context), lockTimeoutMs(context)];
  const waited = ms === undefined ? '' : ` of ${seconds(ms)} each`;
  return `Others hold a lock that the migration needs: ${most + 1} waits${waited} were in vain (${errorInWords(error)}); ${stands} Find out who holds it and resume when it is free; "lock_timeout_ms" under "migrations" in the deploy config lets a new run wait longer.`;
}

/** The file, position and text of a statement; only the file where no statement is concerned. */
export function placeIn(
  { operation, prepared, statement }: Circumstances,
  offset?: number,
): Partial<Failure> & { file: string } {
  if (!statement) return { file: operation.script.path };
  const { file, line, column } = prepared.placeOf(statement, offset);
  return { file, line, column, statement: cutTo(2_000, statement.text) };
}

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
