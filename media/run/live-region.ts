import type { Announcement } from './announcement.ts';

const PAUSE_MS = 1_000;

/** Two live regions that speak at most once a second; of what comes faster, the latest is said. */
export class LiveRegion {
  readonly #polite = region('polite');
  readonly #assertive = region('assertive');
  #waiting: Announcement | undefined;
  #timer: number | undefined;

  constructor(parent: HTMLElement) {
    parent.append(this.#polite, this.#assertive);
  }

  say(announcement: Announcement): void {
    if (this.#timer === undefined || announcement.urgent) this.#speak(announcement);
    else this.#waiting = announcement;
  }

  #speak({ text, urgent }: Announcement): void {
    (urgent ? this.#assertive : this.#polite).textContent = text;
    this.#waiting = undefined;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.#speak(this.#waiting);
    }, PAUSE_MS);
  }
}

function region(kind: 'polite' | 'assertive'): HTMLElement {
  const made = document.createElement('div');
  made.className = 'unseen';
  made.setAttribute('aria-live', kind);
  made.setAttribute('role', kind === 'polite' ? 'status' : 'alert');
  return made;
}
