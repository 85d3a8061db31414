import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectFailure, ConnectOptions, Databases } from '../../core/index.ts';
import type { SqliteChild } from './sqlite-child.ts';
import { createSqliteChildren } from './sqlite-children.ts';
import { openSession } from './sqlite-session.ts';

/** SQLite files as targets, each session in a child process: a native statement cannot be stopped, but a killed process rolls back. */
export function createSqliteDatabases(program: SqliteChild): Databases {
  const children = createSqliteChildren(program);
  return {
    expect: (_connection, marker) => children.expect(marker),
    unexpect: children.unexpect,
    async connect(connection, options, signal) {
      if (connection.backend !== 'sqlite')
        return { type: 'unsupported', message: `${connection.backend} is not SQLite.` };
      const { file } = connection;
      const found = await prepareFile(file, options.mode);
      return typeof found === 'boolean' ? openSession({ children, file, isNew: !found, options, signal }) : found;
    },
  };
}

/** Whether the file is there; or why it cannot be opened. */
async function prepareFile(file: string, mode: ConnectOptions['mode']): Promise<ConnectFailure | boolean> {
  try {
    if (mode === 'read-write') await mkdir(dirname(file), { recursive: true });
    const found = await stat(file);
    return found.isFile() ? true : { type: 'refused', message: `${file} is not a file.` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return { type: 'refused', message };
    return mode === 'read-write' ? false : { type: 'missing-file', message: `${file} does not exist.` };
  }
}
