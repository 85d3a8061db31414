/** The reason of a signal that a person aborted. Asked a second time, it leaves what is being ended no more grace. */
export class CancelRequest extends Error {
  override readonly name = 'CancelRequest';
  readonly by: string;
  readonly #hurry = new AbortController();
  constructor(by: string) {
    super(`cancelled by ${by}`);
    this.by = by;
  }
  /** Aborts when a person asked once more. */
  get hurried(): AbortSignal {
    return this.#hurry.signal;
  }
  hurry(): void {
    this.#hurry.abort();
  }
}

/** Cancels; asked once more, hurries the cancel that is under way. */
export function requestCancel(controller: AbortController, by: string): void {
  const { aborted, reason } = controller.signal;
  if (!aborted) controller.abort(new CancelRequest(by));
  else if (reason instanceof CancelRequest) reason.hurry();
}

/** Aborts when whoever aborted the signal asked once more; undefined for any other abort, and before it. */
export const hurriedBy = (signal: AbortSignal): AbortSignal | undefined =>
  signal.reason instanceof CancelRequest ? signal.reason.hurried : undefined;

/** Who asked for a cancel; undefined where the signal was aborted for another reason, or not at all. */
export const cancelledBy = (signal: AbortSignal): string | undefined =>
  signal.aborted && signal.reason instanceof CancelRequest ? signal.reason.by : undefined;
