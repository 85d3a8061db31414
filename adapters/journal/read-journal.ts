import { type FileHandle, open } from 'node:fs/promises';
import { decodeJournal, type JournalDamage, type RunEvent } from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { journalFile } from './store-layout.ts';

/** Some whole lines of a journal. */
export interface JournalStretch {
  readonly events: readonly RunEvent[];
  /** Offsets are bytes of the file; lines count from where reading began. */
  readonly damage: readonly JournalDamage[];
  /** Where the next stretch begins: the byte after the last whole line. */
  readonly end: number;
}

/** A journal, whole. `tornBytes`: length of a last line whose end is missing. */
export interface ReadJournal extends JournalStretch {
  readonly tornBytes: number;
}

/** Little enough for what it becomes to be short-lived. */
const CHUNK = 256 * 1024;
const LINE_END = 10;
const FIRST_LOOK = 64 * 1024;

/** Reads the journal in the folder of a run; undefined where there is none. */
export async function readJournal(folder: string): Promise<ReadJournal | undefined> {
  const handle = await open(journalFile(folder), 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return undefined;
  try {
    const events: RunEvent[] = [];
    const damage: JournalDamage[] = [];
    let end = 0;
    for await (const stretch of stretchesOf(handle, 0, undefined)) {
      for (const event of stretch.events) events.push(event);
      damage.push(...stretch.damage);
      end = stretch.end;
    }
    const rest = await readUpTo(handle, end, Number.MAX_SAFE_INTEGER);
    return { events, damage, end, tornBytes: rest.length - (rest.lastIndexOf(LINE_END) + 1) };
  } finally {
    await handle.close();
  }
}

/** Number of the event in the line that ends just before a byte; undefined where no line ends there, or it is no event. */
export async function seqBefore(folder: string, end: number): Promise<number | undefined> {
  const handle = await open(journalFile(folder), 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return undefined;
  try {
    for (let size = FIRST_LOOK; ; size *= 16) {
      const start = Math.max(0, end - size);
      const bytes = await readUpTo(handle, start, end - start);
      if (bytes.length < end - start || bytes.at(-1) !== LINE_END) return undefined;
      const lineStart = bytes.lastIndexOf(LINE_END, bytes.length - 2) + 1;
      if (lineStart > 0 || start === 0) return decodeJournal(bytes.toString('utf8', lineStart)).events.at(-1)?.seq;
    }
  } finally {
    await handle.close();
  }
}

/** Reads whole lines from a byte on, a stretch at a time; nothing where there is no journal. */
export async function* readJournalFrom(
  folder: string,
  from: number,
  afterSeq?: number,
): AsyncGenerator<JournalStretch> {
  const handle = await open(journalFile(folder), 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return;
  try {
    yield* stretchesOf(handle, from, afterSeq);
  } finally {
    await handle.close();
  }
}

async function* stretchesOf(handle: FileHandle, from: number, afterSeq?: number): AsyncGenerator<JournalStretch> {
  let [start, line, previous, size] = [from, 1, afterSeq, CHUNK];
  for (;;) {
    const bytes = await readUpTo(handle, start, size);
    const whole = bytes.lastIndexOf(LINE_END) + 1;
    if (whole === 0 && bytes.length < size) return;
    if (whole === 0) {
      size *= 2; // One line is longer than what was read.
      continue;
    }
    const text = bytes.toString('utf8', 0, whole);
    const { events, damage } = decodeJournal(text, previous);
    yield { events, damage: damage.map((one) => placed(one, text, start, line)), end: start + whole };
    for (let at = bytes.indexOf(LINE_END); at >= 0 && at < whole; at = bytes.indexOf(LINE_END, at + 1)) line += 1;
    [start, previous, size] = [start + whole, events.at(-1)?.seq ?? previous, CHUNK];
  }
}

const placed = (damage: JournalDamage, text: string, start: number, line: number): JournalDamage => ({
  ...damage,
  line: line + damage.line - 1,
  offset: start + Buffer.byteLength(text.slice(0, damage.offset)),
});

/** Up to so many bytes; less only at the end. A buffer no larger than what is there: a project has thousands of short journals. */
async function readUpTo(handle: FileHandle, from: number, most: number): Promise<Buffer> {
  const left = (await handle.stat()).size - from;
  const size = Math.min(most, Math.max(0, left));
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, size - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
