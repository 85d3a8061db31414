/** How long a try may take. */
export interface TryLimit {
  /** Aborts when the time is over, or when nobody wants the try any more. */
  readonly signal: AbortSignal;
  /** The time, in milliseconds, for the message. */
  readonly limitMs: number;
}

/** Why a try ended that the signal ended. */
export const endedBy = ({ signal, limitMs }: TryLimit): string =>
  (signal.reason as Partial<Error> | undefined)?.name === 'TimeoutError'
    ? `did not answer within ${limitMs / 1000} s`
    : 'was not waited for any longer';
