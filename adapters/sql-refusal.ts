import type { SqlError, SqlOutcome } from '../core/index.ts';

export type Refused = Extract<SqlOutcome<never>, { type: 'refused' }>;

/** An error in the port's shape: of our own, or of a driver that tells only part of it. */
export const sqlErrorOf = (message: string, known: Partial<Omit<SqlError, 'message'>> = {}): SqlError => ({
  message,
  sqlstate: undefined,
  offset: undefined,
  detail: undefined,
  hint: undefined,
  ...known,
});

/** What was not done, for a reason of our own. */
export const refused = (
  cause: Refused['cause'],
  message: string,
  known: Partial<Omit<SqlError, 'message'>> = {},
): Refused => ({ type: 'refused', cause, error: sqlErrorOf(message, known) });

export const done = (): SqlOutcome<void> => ({ type: 'done', value: undefined });

export const value = <T>(answer: T): SqlOutcome<T> => ({ type: 'done', value: answer });
