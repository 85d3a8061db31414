import type { LogStore, ShownLine } from './log-store.ts';

const OVERSCAN = 6;

/**
 * A window of rows over a log of any length: only the rows on screen are in the page, each at its place by its number. Rows of one
 * height. Follows the end until the reader scrolls up.
 */
export class LogView extends HTMLElement {
  #store: LogStore | undefined;
  #following = true;
  #seen = 0;
  #rowHeight = 18;
  #lastTop = 0;
  #frame: number | undefined;
  readonly #rows = new Map<number, HTMLElement>();
  readonly #scroller = element('div', 'log-scroll');
  readonly #space = element('div', 'log-space');
  readonly #jump = element('button', 'log-jump');
  readonly #resize = new ResizeObserver(() => this.#later());

  set store(store: LogStore) {
    if (this.#store === store) return;
    this.#store?.onChange(undefined);
    this.#store = store;
    if (this.isConnected) this.#attach();
  }

  set label(label: string) {
    this.#scroller.setAttribute('aria-label', label);
  }

  connectedCallback(): void {
    this.#scroller.setAttribute('role', 'log');
    this.#scroller.setAttribute('aria-live', 'off');
    this.#scroller.tabIndex = 0;
    this.#jump.hidden = true;
    this.#jump.addEventListener('click', this.#follow);
    this.#scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#scroller.append(this.#space);
    this.append(this.#scroller, this.#jump);
    this.#resize.observe(this.#scroller);
    if (this.#store) this.#attach();
  }

  disconnectedCallback(): void {
    this.#store?.onChange(undefined);
    this.#resize.disconnect();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  /** Brings a line to the middle and stops following. */
  reveal(index: number): void {
    this.#following = false;
    this.#paint();
    this.#scroller.scrollTop = index * this.#rowHeight - this.#scroller.clientHeight / 2;
    this.#paint();
  }

  #attach(): void {
    this.#store?.onChange(() => this.#later());
    this.#clearRows();
    this.#following = true;
    this.#paint();
  }

  readonly #follow = (): void => {
    this.#following = true;
    this.#paint();
    this.#scroller.focus();
  };

  readonly #onScroll = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    if (scrollTop + clientHeight >= scrollHeight - 2) this.#following = true;
    else if (scrollTop < this.#lastTop) this.#following = false;
    this.#lastTop = scrollTop;
    this.#later();
  };

  #later(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  #paint(): void {
    const length = this.#store?.length ?? 0;
    this.#measure();
    this.#space.style.height = `${length * this.#rowHeight}px`;
    if (this.#following) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
      this.#seen = length;
    }
    this.#lastTop = this.#scroller.scrollTop;
    const first = Math.max(0, Math.floor(this.#lastTop / this.#rowHeight) - OVERSCAN);
    const last = Math.min(
      length,
      Math.ceil((this.#lastTop + this.#scroller.clientHeight) / this.#rowHeight) + OVERSCAN,
    );
    this.#place(first, last);
    this.#offerJump(length - this.#seen);
  }

  #place(first: number, last: number): void {
    for (const [index, row] of this.#rows) {
      if (index >= first && index < last) continue;
      row.remove();
      this.#rows.delete(index);
    }
    for (let index = first; index < last; index += 1) {
      const line = this.#rows.has(index) ? undefined : this.#store?.line(index);
      if (!line) continue;
      const row = rowOf(line);
      row.style.transform = `translateY(${index * this.#rowHeight}px)`;
      this.#rows.set(index, row);
      this.#space.append(row);
    }
  }

  #offerJump(fresh: number): void {
    this.#jump.hidden = this.#following;
    this.#jump.textContent = fresh > 0 ? `Jump to latest (${fresh.toLocaleString('en')} new)` : 'Jump to latest';
  }

  #measure(): void {
    const height = Math.round(Number.parseFloat(getComputedStyle(this.#scroller).fontSize) * 1.5);
    if (height === this.#rowHeight || !(height > 0)) return;
    this.#rowHeight = height;
    this.#clearRows();
  }

  #clearRows(): void {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.style.setProperty('--row', `${this.#rowHeight}px`);
  }
}

function rowOf(line: ShownLine): HTMLElement {
  const row = element('div', `log-row log-${line.stream}`);
  const number = element('span', 'log-number');
  number.textContent = String(line.number);
  number.setAttribute('aria-hidden', 'true');
  const text = element('span', 'log-text');
  for (const span of line.spans) {
    if (span.classes === '') text.append(span.text);
    else {
      const coloured = element('span', span.classes);
      coloured.textContent = span.text;
      text.append(coloured);
    }
  }
  row.append(number, text);
  return row;
}

function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, classes: string): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = classes;
  return made;
}
