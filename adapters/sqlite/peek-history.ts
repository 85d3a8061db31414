import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { digest, type HistoryGlance } from '../../core/index.ts';
import { loadDriver } from './child/driver.ts';
import type { SqliteChild } from './sqlite-child.ts';

/** Milliseconds that SQLite waits for a writer; whoever needs more patience opens a session. */
const WAIT = 50;

/**
 * The rows of a scope, read in this process: a short statement of our own on a table of our own needs no child that could be killed, and
 * starting one takes longer than everything else. Undefined where it does not succeed at once, for whatever reason: a session tells it.
 */
export function peekHistory(
  { driverPath }: SqliteChild,
  file: string,
  scope: string,
): readonly HistoryGlance[] | undefined {
  const driver = loadDriver(driverPath);
  if (!driver) return undefined;
  try {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
    const location = pathToFileURL(file);
    location.searchParams.set('mode', 'ro');
    const database = new driver.DatabaseSync(location);
    try {
      database.exec(`PRAGMA busy_timeout = ${WAIT}`);
      const rows = database
        .prepare('SELECT path, status, checksum FROM main.srdeploy_migrations WHERE scope = ?')
        .all(scope);
      return rows.map(({ path, status, checksum }) => ({
        path: String(path),
        status: status as HistoryGlance['status'],
        checksum: digest(String(checksum)),
      }));
    } finally {
      database.close();
    }
  } catch {
    return undefined; // No table yet, a journal to roll back, a lock, no database: the session that is opened then says which.
  }
}
