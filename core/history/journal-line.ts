import type { RunEvent } from '../model/run.ts';

/** A place in a journal that cannot be read as the next event. */
export interface JournalDamage {
  /** Line of the decoded text, from 1. */
  readonly line: number;
  /** UTF-16 offset of the line in the decoded text. */
  readonly offset: number;
  readonly message: string;
}

/** What a journal says. Events of an unknown type are kept, as are unknown fields; damage never hides the events after it. */
export interface DecodedJournal {
  readonly events: readonly RunEvent[];
  readonly damage: readonly JournalDamage[];
  /** The last line where its end is missing: an event that was never acknowledged. Empty where the journal is whole. */
  readonly torn: string;
  /** Length of the torn line in UTF-8 bytes; 0 where the journal is whole. */
  readonly tornBytes: number;
}

/** One event as one line, its end included; line breaks inside texts are escaped by JSON. */
export const encodeJournalLine = (event: RunEvent): string => `${JSON.stringify(event)}\n`;

/**
 * Reads the lines of a journal, or of a stretch that begins at a line. A last line without its end is torn and no event, whether it
 * parses or not. Any other line that is no event, and any gap or repetition in `seq`, is damage. `afterSeq`: the last event before
 * the stretch, where it is known.
 */
export function decodeJournal(text: string, afterSeq?: number): DecodedJournal {
  const events: RunEvent[] = [];
  const damage: JournalDamage[] = [];
  const end = text.lastIndexOf('\n') + 1;
  let previous = afterSeq;
  for (let offset = 0, line = 1; offset < end; line += 1) {
    const stop = text.indexOf('\n', offset);
    const read = decodeLine(text.slice(offset, stop));
    if (typeof read === 'string') {
      damage.push({ line, offset, message: read });
      previous = undefined;
    } else {
      const message = sequenceDamage(previous, read.seq);
      if (message) damage.push({ line, offset, message });
      events.push(read);
      previous = read.seq;
    }
    offset = stop + 1;
  }
  const torn = text.slice(end);
  return { events, damage, torn, tornBytes: torn === '' ? 0 : new TextEncoder().encode(torn).length };
}

function decodeLine(line: string): RunEvent | string {
  const value = parse(line);
  if (typeof value !== 'object' || value === null) return 'The line is not a JSON object.';
  const { v, seq, at, attempt, type } = value as Readonly<Record<string, unknown>>;
  if (typeof v === 'number' && v > 1) return `The event has version ${v}; this version of ScratchRobin Deploy reads 1.`;
  const isEvent =
    v === 1 &&
    Number.isSafeInteger(seq) &&
    typeof at === 'string' &&
    Number.isSafeInteger(attempt) &&
    typeof type === 'string';
  return isEvent ? (value as RunEvent) : 'The line lacks v, seq, at, attempt or type.';
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller reports the place: JSON.parse's own words name a position that means nothing in the file.
    return undefined;
  }
}

function sequenceDamage(previous: number | undefined, seq: number): string | undefined {
  if (previous === undefined || seq === previous + 1) return undefined;
  return seq <= previous
    ? `Event ${seq} comes after event ${previous}: the line was written twice or by another runner.`
    : `Events ${previous + 1} to ${seq - 1} are missing.`;
}
