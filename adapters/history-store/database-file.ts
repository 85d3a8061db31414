import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Database, SqlJsStatic } from 'sql.js';
import { onCode } from '../durable/error-code.ts';
import { replaceFile } from '../durable/replace-file.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { rowsOf } from './rows.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** Tells one content of the file from every other: each save makes a new file. `none` where there is no file. */
export type FileState = string;

/** A database in memory, read from the file or made new. `unusable`: why the file there could not be read. */
export interface LoadedDatabase {
  readonly database: Database;
  readonly state: FileState;
  readonly unusable: string | undefined;
}

const HEADER = Buffer.from('SQLite format 3\0', 'latin1');

/** Reads the history's file; a missing or unusable one gives an empty database with all tables. Changes nothing on disk. */
export async function loadDatabase(sql: SqlJsStatic, file: string): Promise<LoadedDatabase> {
  const handle = await open(file, 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return { database: newDatabase(sql), state: 'none', unusable: undefined };
  try {
    const state = stateOf(await handle.stat({ bigint: true }));
    const read = usableDatabase(sql, await handle.readFile());
    if (typeof read === 'string') return { database: newDatabase(sql), state, unusable: read };
    return { database: read, state, unusable: undefined };
  } finally {
    await handle.close();
  }
}

/** Saves the database whole; never to be called inside a transaction. */
export async function saveDatabase(database: Database, file: string): Promise<FileState> {
  await removeLeftovers(file);
  const bytes = database.export();
  enforceForeignKeys(database); // Exporting opens the database anew.
  await replaceFile(file, bytes);
  return fileState(file);
}

export const fileState = (file: string): Promise<FileState> =>
  stat(file, { bigint: true }).then(stateOf, onCode(['ENOENT'], 'none'));

/** Keeps an unusable file as `<file>.corrupt-<n>`; its new name. */
export async function moveAside(file: string): Promise<string> {
  const names = await readdir(dirname(file));
  let n = 1;
  while (names.includes(`${basename(file)}.corrupt-${n}`)) n += 1;
  const aside = `${file}.corrupt-${n}`;
  await rename(file, aside);
  await syncFolder(dirname(file));
  return aside;
}

function usableDatabase(sql: SqlJsStatic, bytes: Buffer): Database | string {
  if (!bytes.subarray(0, HEADER.length).equals(HEADER)) return 'it is not a SQLite database';
  let database: Database | undefined;
  try {
    database = new sql.Database(bytes);
    const wrong = whatIsWrong(database);
    if (wrong === undefined) {
      enforceForeignKeys(database);
      return database;
    }
    database.close();
    return wrong;
  } catch (error) {
    database?.close();
    return error instanceof Error ? error.message : String(error);
  }
}

function whatIsWrong(database: Database): string | undefined {
  const integrity = rowsOf(database, 'PRAGMA integrity_check(1)')[0]?.integrity_check;
  if (integrity !== 'ok') return String(integrity);
  const version = rowsOf(database, 'PRAGMA user_version')[0]?.user_version;
  return version === SCHEMA_VERSION ? undefined : `its tables have version ${String(version)}, not ${SCHEMA_VERSION}`;
}

/** An empty history with all its tables. */
export function newDatabase(sql: SqlJsStatic): Database {
  const database = new sql.Database();
  database.exec(SCHEMA);
  enforceForeignKeys(database);
  return database;
}

const enforceForeignKeys = (database: Database): void => {
  database.run('PRAGMA foreign_keys = ON');
};

const stateOf = ({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): FileState =>
  `${ino} ${size} ${mtimeNs}`;

/** What savers left that were killed; only the holder of the history's lock saves, so none of them still writes. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  const isLeftover = (name: string) => name.startsWith(`.${basename(file)}.`) && name.endsWith('.tmp');
  const names = (await readdir(folder)).filter(isLeftover);
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}
