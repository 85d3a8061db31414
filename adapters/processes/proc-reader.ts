import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { onCode } from '../durable/error-code.ts';
import { isZombie, parseProcStat } from './proc-stat.ts';
import type { ProcessRow } from './process-rows.ts';

/** Every process that lives, and whether it carries the mark: `NAME=value` in its environment. */
export type LookAtProcesses = (mark: string) => Promise<readonly ProcessRow[]>;

interface Asked {
  readonly mark: string;
  readonly answer: (rows: readonly ProcessRow[]) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Looks at all processes by way of `/proc`, two small files of each: who asks in the same moment shares a look, which begins after the last
 * of them has asked. It reads without the thread pool, which costs several times as much as the files do.
 */
export function createProcReader(proc: string): LookAtProcesses {
  const read = createFileReader();
  let asked: Asked[] = [];
  const look = () => {
    const together = asked;
    asked = [];
    try {
      const rows = rowsIn(
        proc,
        together.map(({ mark }) => mark),
        read,
      );
      for (const { mark, answer } of together)
        answer(rows.map(({ marks, ...row }) => ({ ...row, isMarked: marks.includes(mark) })));
    } catch (error) {
      for (const { fail } of together) fail(error);
    }
  };
  return (mark) =>
    new Promise((answer, fail) => {
      if (asked.length === 0) setImmediate(look);
      asked.push({ mark, answer, fail });
    });
}

type MarkedRow = Omit<ProcessRow, 'isMarked'> & { readonly marks: readonly string[] };

function rowsIn(proc: string, marks: readonly string[], read: ReadFile): readonly MarkedRow[] {
  const entries = marks.map((mark) => [mark, Buffer.from(`\0${mark}\0`, 'utf8')] as const);
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid): readonly MarkedRow[] => {
    const line = read(join(proc, pid, 'stat'))?.toString('latin1');
    const stat = line ? parseProcStat(line) : undefined;
    if (!stat || isZombie(stat)) return [];
    const environment = read(join(proc, pid, 'environ'));
    const carried = environment ? entries.filter(([, entry]) => environment.includes(entry)) : [];
    return [{ pid: Number(pid), parent: stat.parent, group: stat.group, marks: carried.map(([mark]) => mark) }];
  });
}

/** The bytes of a file between two zeros, until the next is read; undefined where it is gone, or another user's. */
type ReadFile = (file: string) => Buffer | undefined;

/** One buffer serves all: files of `/proc` tell no size, and a buffer for each would cost more than the look. */
function createFileReader(): ReadFile {
  let bytes = Buffer.alloc(64 * 1024);
  const readAll = (file: number): Buffer => {
    let filled = 1; // The first byte stays 0, so that the first entry of an environment too stands between two.
    for (;;) {
      if (filled + 1 >= bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
      const read = readSync(file, bytes, filled, bytes.length - filled - 1, null);
      if (read === 0) break;
      filled += read;
    }
    bytes[filled] = 0;
    return bytes.subarray(0, filled + 1);
  };
  return (path) => {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      return readAll(file);
    } catch (error) {
      return onCode(HIDDEN, undefined)(error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}

const HIDDEN = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];
