import type { OutputLine, OutputStream } from '../model/run.ts';
import { createLineSplitter, type LineSplitter } from './line-splitter.ts';
import { createOutputRing, type OutputPiece } from './output-ring.ts';
import { utf8Length } from './utf8-length.ts';

/** How much of an operation's output is kept. */
export interface LogLimits {
  /** What one try may write from its beginning on, in bytes of the journal; what follows is counted, and its end is kept. */
  readonly headBytes: number;
  /** The end that is kept of output beyond that: at most so many lines … */
  readonly tailLines: number;
  /** … and so many UTF-16 units. */
  readonly tailLength: number;
  /** Longer lines come in pieces, in UTF-16 units. */
  readonly longestLine: number;
}

/** The limits for a log of so many megabytes of 10⁶ bytes. */
export const logLimits = (maxMb: number | undefined): LogLimits => ({
  headBytes: (maxMb ?? defaultLogMb) * 1e6,
  tailLines: 1_000,
  tailLength: 256 * 1_024,
  longestLine: 16_384,
});

/** Megabytes of log that are kept of one try of an operation unless the deploy config says otherwise. */
export const defaultLogMb = 10;

/**
 * The output of one try of an operation on its way to the journal: as it comes up to a limit, and of the rest the end, with a note of what
 * lies between. Its memory is bounded however much is written.
 */
export interface OperationLog {
  /** A line that is whole: of the engine's own, or a notice. Gives what is to be journalled now. */
  line(line: OutputLine): readonly OutputLine[];
  /** A piece of a stream of text. Gives what is to be journalled now. */
  text(stream: OutputStream, text: string): readonly OutputLine[];
  /** What is still to be journalled once everything was written: open lines, or the note and the tail. */
  end(): readonly OutputLine[];
  /** The last lines, at most so many. */
  last(count: number): readonly string[];
}

/** What the members of a line take in the journal besides its text, in bytes. */
const lineOverhead = 32;
/** So many lines of the head are remembered for a failure's last lines. */
const mostRemembered = 50;

export function createOperationLog(limits: LogLimits, nowMs: () => number): OperationLog {
  const splitters = new Map<OutputStream, LineSplitter>();
  let used = 0;
  let recent: string[] = [];
  let flood: Flood | undefined;

  const splitterOf = (stream: OutputStream): LineSplitter => {
    const splitter = splitters.get(stream) ?? createLineSplitter(limits.longestLine);
    splitters.set(stream, splitter);
    return splitter;
  };
  const remember = (lines: readonly OutputLine[]): void => {
    recent.push(...lines.slice(-mostRemembered).map(({ text }) => text));
    if (recent.length > mostRemembered * 4) recent = recent.slice(-mostRemembered);
  };
  /** Lines of the head; once one does not fit, it and everything after it belong to the flood. */
  const admit = (lines: readonly OutputLine[]): readonly OutputLine[] => {
    const admitted: OutputLine[] = [];
    const wasFlood = flood !== undefined;
    for (const line of lines) {
      const cost = utf8Length(line.text) + lineOverhead;
      if (!flood && used + cost > limits.headBytes) flood = createFlood(limits);
      if (flood) flood.add(asPiece(line));
      else {
        used += cost;
        admitted.push(line);
      }
    }
    if (flood && !wasFlood)
      for (const [stream, one] of splitters) flood.add({ stream, text: one.take(), isLine: false });
    remember(admitted);
    return admitted;
  };

  return {
    line(line) {
      if (line.text.length <= limits.longestLine) return admit([line]);
      const whole = createLineSplitter(limits.longestLine);
      return admit([...whole.write(line.text, nowMs()), ...whole.end()].map((one) => toOutput(line.stream, one)));
    },
    text(stream, text) {
      if (flood) {
        flood.add({ stream, text, isLine: false });
        return [];
      }
      return admit(
        splitterOf(stream)
          .write(text, nowMs())
          .map((one) => toOutput(stream, one)),
      );
    },
    end() {
      const open = flood
        ? []
        : [...splitters].flatMap(([stream, one]) => one.end().map((line) => toOutput(stream, line)));
      const admitted = admit(open);
      if (!flood) return admitted;
      const tail = flood.end();
      remember(tail);
      return [...admitted, ...tail];
    },
    last: (count) => recent.slice(-Math.min(count, mostRemembered)),
  };
}

const toOutput = (stream: OutputStream, { text, continues }: { text: string; continues: boolean }): OutputLine => ({
  stream,
  text,
  ...(continues && { continues }),
});

/** A line as a stretch of its stream where it goes on in the next, else as a line of its own. */
const asPiece = ({ stream, text, continues }: OutputLine): OutputPiece => ({
  stream,
  text,
  isLine: continues !== true,
});

interface Flood {
  add(piece: OutputPiece): void;
  /** The note, then the tail. */
  end(): readonly OutputLine[];
}

/** Counts what comes and keeps its end. */
function createFlood(limits: LogLimits): Flood {
  const ring = createOutputRing(limits.tailLength);
  const total = { lines: 0, bytes: 0 };
  /** Streams whose last line has no end yet. */
  const open = new Set<OutputStream>();
  return {
    add(piece) {
      total.lines += piece.isLine ? 1 : countLineEnds(piece.text);
      total.bytes += utf8Length(piece.text) + (piece.isLine ? 1 : 0);
      if (!piece.isLine && piece.text === '') return;
      if (!piece.isLine && !piece.text.endsWith('\n')) open.add(piece.stream);
      else if (!piece.isLine) open.delete(piece.stream);
      ring.add(piece);
    },
    end() {
      const tail = tailOf(ring.pieces(), ring.torn(), limits);
      const kept = tail.reduce((sum, { text }) => sum + utf8Length(text) + 1, 0);
      const lines = Math.max(0, total.lines + open.size - tail.filter(({ continues }) => !continues).length);
      const bytes = Math.max(0, total.bytes - kept);
      if (lines === 0 && bytes === 0) return tail;
      return [{ stream: 'info', text: noteOf(lines, bytes, limits.headBytes) }, ...tail];
    },
  };
}

/** The last lines of what the ring holds. Of a stream whose beginning was lost, the first line may be half a line and is left out. */
function tailOf(
  pieces: readonly OutputPiece[],
  torn: ReadonlySet<OutputStream>,
  limits: LogLimits,
): readonly OutputLine[] {
  const splitters = new Map<OutputStream, LineSplitter>();
  const lines: OutputLine[] = [];
  for (const { stream, text, isLine } of pieces) {
    if (isLine) {
      lines.push({ stream, text });
      continue;
    }
    const known = splitters.get(stream);
    const splitter = known ?? createLineSplitter(limits.longestLine);
    splitters.set(stream, splitter);
    const whole = !known && torn.has(stream) ? withoutTornLine(text) : text;
    // No time passes here: of a progress bar the last state alone is wanted.
    for (const line of splitter.write(whole, Number.NEGATIVE_INFINITY)) lines.push(toOutput(stream, line));
  }
  for (const [stream, splitter] of splitters) lines.push(...splitter.end().map((line) => toOutput(stream, line)));
  return lastWithin(lines, limits);
}

/** Text from its first whole line on; of one endless line, from a word on, because half a word may be half a secret. */
function withoutTornLine(text: string): string {
  const end = text.indexOf('\n');
  if (end !== -1) return text.slice(end + 1);
  const word = text.search(/\s/);
  return text.slice(word === -1 ? Math.min(text.length, 4_096) : word + 1);
}

function lastWithin(lines: readonly OutputLine[], { tailLines, tailLength }: LogLimits): readonly OutputLine[] {
  let from = lines.length;
  let length = 0;
  while (from > 0 && lines.length - from < tailLines) {
    length += (lines[from - 1]?.text.length ?? 0) + 1;
    if (length > tailLength && from < lines.length) break;
    from--;
  }
  // A line begins at its beginning where that is there.
  while (from > 0 && from < lines.length - 1 && lines[from - 1]?.continues) from++;
  return lines.slice(from);
}

const noteOf = (lines: number, bytes: number, headBytes: number): string =>
  `… ${lines === 0 ? '' : `${grouped(lines)} line${lines === 1 ? '' : 's'} (`}${inUnits(bytes)}${lines === 0 ? '' : ')'} left out: the log of one try is cut at ${inUnits(headBytes)} ("log": { "max_mb" } in the deploy config) …`;

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

function inUnits(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Number((bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0))} MB`;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
