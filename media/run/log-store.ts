import type { LogLine, OutputLine } from '../../protocol/index.ts';
import { cleanLine } from './clean-line.ts';
import { carryAfter, type Span, spansOf } from './colours.ts';

interface StoredLine {
  readonly text: string;
  readonly stream: OutputLine['stream'];
  readonly carry: string;
}

/** More lines than this of one operation are not kept in the page; the whole log opens in an editor. */
const MOST_LINES = 500_000;

/** A line as it is shown. `number` counts from 1 over the operation's whole log. */
export interface ShownLine {
  readonly number: number;
  readonly stream: OutputLine['stream'];
  readonly spans: readonly Span[];
}

/** The lines of one operation's log. Colours are worked out at the end of each line, spans only for lines on screen. */
export class LogStore {
  #lines: StoredLine[] = [];
  #dropped = 0;
  #carry = '';
  #changed: (() => void) | undefined;

  get length(): number {
    return this.#lines.length;
  }

  /** How many lines at the start are no longer kept. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The one view that shows this log, or undefined when it goes away. */
  onChange(changed: (() => void) | undefined): void {
    this.#changed = changed;
  }

  append(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const text = cleanLine(line.text) + (line.continues ? '…' : '');
      this.#lines.push({ text, stream: line.stream, carry: this.#carry });
      this.#carry = carryAfter(this.#carry, text);
    }
    if (this.#lines.length > MOST_LINES * 1.1) this.#drop(this.#lines.length - MOST_LINES);
    this.#changed?.();
  }

  line(index: number): ShownLine | undefined {
    const stored = this.#lines[index];
    if (!stored) return undefined;
    return {
      number: index + 1 + this.#dropped,
      stream: stored.stream,
      spans: spansOf(stored.text, stored.carry),
    };
  }

  #drop(count: number): void {
    this.#lines = this.#lines.slice(count);
    this.#dropped += count;
  }
}
