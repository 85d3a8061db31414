import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeJournal, type RunEvent } from '../../core/index.ts';

export const storeOf = (project: string): string => join(project, '.srdeploy');
export const journalOf = (project: string, run: string): string => join(storeOf(project), 'runs', run, 'events.jsonl');

/** Ids of the runs that have a folder. */
export function runsOf(project: string): string[] {
  try {
    return readdirSync(join(storeOf(project), 'runs')).filter((name) => /^\d{8}-/.test(name));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

export interface JournalText {
  readonly events: readonly RunEvent[];
  readonly damage: readonly string[];
  readonly torn: number;
}

/** The journal of a run, read from outside. */
export function readJournalText(project: string, run: string): JournalText | undefined {
  try {
    const { events, damage, tornBytes } = decodeJournal(readFileSync(journalOf(project, run), 'utf8'));
    return { events, damage: damage.map(({ line, message }) => `line ${line}: ${message}`), torn: tornBytes };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Sizes of all journals: where what a new attempt writes begins. */
export const journalSizes = (project: string): ReadonlyMap<string, number> =>
  new Map(runsOf(project).map((run) => [run, sizeOf(journalOf(project, run))]));

function sizeOf(file: string): number {
  try {
    return readFileSync(file).length;
  } catch {
    return 0; // There is none yet.
  }
}

/**
 * Resolves with the type of the line once the `nth` line of that type (any type: '*') has been written to one of the project's
 * journals since `before`; with undefined once `isOver`.
 */
export async function lineWritten(
  project: string,
  before: ReadonlyMap<string, number>,
  wanted: { readonly type: string; readonly nth: number },
  isOver: () => boolean,
): Promise<string | undefined> {
  const tails = new Map<string, Tail>();
  let seen = 0;
  while (!isOver()) {
    for (const run of runsOf(project)) {
      const tail = tails.get(run) ?? new Tail(journalOf(project, run), before.get(run) ?? 0);
      tails.set(run, tail);
      for (const type of tail.types()) {
        if ((wanted.type === '*' || type === wanted.type) && ++seen === wanted.nth) return type;
      }
    }
    await delay(2);
  }
  return undefined;
}

/** What grows at the end of a journal. */
class Tail {
  private rest = '';
  private readonly file: string;
  private at: number;

  constructor(file: string, at: number) {
    this.file = file;
    this.at = at;
  }

  /** Types of the lines that came since it was last asked. */
  types(): string[] {
    this.rest += this.read();
    const lines = this.rest.split('\n');
    this.rest = lines.pop() ?? '';
    return lines.map((line) => /"type":"([a-z.-]+)"/.exec(line)?.[1] ?? '');
  }

  private read(): string {
    let handle: number;
    try {
      handle = openSync(this.file, 'r');
    } catch {
      return ''; // There is none yet.
    }
    try {
      const piece = Buffer.alloc(65_536);
      const count = readSync(handle, piece, 0, piece.length, this.at);
      this.at += count;
      return piece.toString('utf8', 0, count);
    } finally {
      closeSync(handle);
    }
  }
}
