import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { SqliteDriver } from './driver.ts';

/**
 * Whether a database in the folder of a file can be written ahead, which needs memory that processes share: not every file system has it, and a
 * database that was switched there can no longer be opened. Tried with a database of its own, which is removed.
 */
export function canWriteAhead({ DatabaseSync }: SqliteDriver, file: string): boolean {
  const probe = `${file}-probe-${randomUUID()}`;
  try {
    closeSync(openSync(probe, 'wx', 0o600));
    const database = new DatabaseSync(pathToFileURL(probe));
    try {
      database.exec('PRAGMA journal_mode = wal; CREATE TABLE probe (x)');
    } finally {
      database.close();
    }
    return true;
  } catch {
    return false; // Whatever the reason: the rollback journal is as good.
  } finally {
    for (const end of ['', '-wal', '-shm']) remove(`${probe}${end}`);
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A small file that nobody reads stays behind.
  }
}
