/** The reason of a signal that a person aborted. */
export class CancelRequest extends Error {
  override readonly name = 'CancelRequest';
  readonly by: string;
  constructor(by: string) {
    super(`cancelled by ${by}`);
    this.by = by;
  }
}

/** Who asked for a cancel; undefined where the signal was aborted for another reason, or not at all. */
export const cancelledBy = (signal: AbortSignal): string | undefined =>
  signal.aborted && signal.reason instanceof CancelRequest ? signal.reason.by : undefined;
