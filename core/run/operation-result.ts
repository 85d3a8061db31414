import type { Failure, MigrationResult, OperationOutcome } from '../model/run.ts';
import type { SqlOutcome } from '../ports/databases.ts';

/** How one try of an operation ended. */
export interface OperationResult {
  readonly outcome: OperationOutcome;
  readonly detail?: string;
  readonly failure?: Failure;
  readonly migration?: MigrationResult;
  /** A failed try may be made again; never so for what cannot change by itself. */
  readonly retryable: boolean;
}

export const succeeded = (detail?: string): OperationResult => ({
  outcome: 'succeeded',
  retryable: false,
  ...(detail !== undefined && { detail }),
});

export const failed = (failure: Failure, retryable = true): OperationResult => ({
  outcome: 'failed',
  failure,
  retryable,
});

export const cancelled = (message: string): OperationResult => ({
  outcome: 'cancelled',
  failure: { code: 'CANCELLED', message },
  retryable: false,
});

/** The result of a read-only request that did not come through: it failed or was cancelled, and is never unknown. */
export function readOnlyResult(outcome: Exclude<SqlOutcome<unknown>, { type: 'done' }>, what: string): OperationResult {
  if (outcome.type === 'lost') return failed({ code: 'CONNECTION_LOST', message: `${what}: ${outcome.message}` });
  if (outcome.cause === 'cancelled') return cancelled(`${what} was cancelled.`);
  if (outcome.cause === 'timeout')
    return failed({ code: 'TIMEOUT', message: `${what} took longer than its time limit.` });
  return failed({
    code: 'SQL_ERROR',
    message: `${what}: ${errorInWords(outcome.error)}`,
    ...(outcome.error.sqlstate !== undefined && { sqlstate: outcome.error.sqlstate }),
  });
}

/** The server's message with its detail and hint; a detail that is a code word stands in brackets. */
export function errorInWords(error: { message: string; detail: string | undefined; hint: string | undefined }): string {
  const detail = error.detail && (/^[A-Z0-9_]+$/.test(error.detail) ? `(${error.detail})` : error.detail);
  const hint = error.hint && `Hint: ${error.hint}`;
  return [error.message, detail, hint].filter(Boolean).map(asSentence).join(' ').replace(/\.$/, '');
}

/** Parts that follow one another end in a full stop each; a code word in brackets belongs to the part before it. */
const asSentence = (part: string | undefined, i: number, parts: readonly unknown[]): string => {
  const next = parts[i + 1];
  const isLast = next === undefined || (typeof next === 'string' && next.startsWith('('));
  return isLast || /[.!?:]$/.test(part ?? '') ? (part ?? '') : `${part}.`;
};

export const leaseLost = (): OperationResult =>
  failed({ code: 'LEASE_LOST', message: 'The lease on the target was lost; nothing more is written.' }, false);

/** A text of at most so many UTF-16 units, and a mark where it was cut: by it, the beginning of a secret that was cut is masked. */
export const cutTo = (most: number, text: string): string => (text.length > most ? `${text.slice(0, most)}…` : text);
