/** Lets at most `size` messages be on their way: `take` waits until the other side has answered enough of them. */
export class CreditWindow {
  #left: number;
  #closed = false;
  #waiting: (() => void) | undefined;

  constructor(size: number) {
    this.#left = size;
  }

  /** True when a message may go; false once the window is closed. One caller at a time. */
  async take(): Promise<boolean> {
    if (this.#left === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    if (this.#closed) return false;
    this.#left -= 1;
    return true;
  }

  give(): void {
    this.#left += 1;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
