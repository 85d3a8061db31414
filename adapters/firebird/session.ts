import type { ConnectOptions, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { done } from '../sql-refusal.ts';
import { createAloneStatements, NOT_TOGETHER } from './alone-statements.ts';
import type { Attachment } from './attachment.ts';
import { dumpDatabase } from './gbak.ts';
import { layouts, put, readRows, remove, TABLE, tableExists } from './history-table.ts';
import { makeTable } from './make-table.ts';
import type { FirebirdConnection } from './open-attachment.ts';
import { readQuery } from './read-query.ts';
import { createServerLock, LOCK_TABLE } from './server-lock.ts';
import { SPARE_TABLE } from './spare-numbers.ts';
import type { Bounds } from './stop-after.ts';
import type { Work } from './work.ts';

export interface SessionParts {
  readonly attachment: Attachment;
  readonly serverVersion: string;
  readonly connection: FirebirdConnection;
  readonly options: ConnectOptions;
}

/** A session over an open attachment. */
export function createSession({ attachment, serverVersion, connection, options }: SessionParts): DatabaseSession {
  const isReadOnly = options.mode === 'read-only';
  const lock = createServerLock(attachment, options.marker);
  let hasHistory = false;
  const bounds = (signal: AbortSignal, limits?: Limits): Bounds => ({
    ...limits,
    timeoutMs: limits?.timeoutMs,
    signal,
  });
  const readOnly = () => attachment.refuse('The session is read-only.');

  async function ensureHistory(signal: AbortSignal): Promise<SqlOutcome<void>> {
    if (isReadOnly) return readOnly();
    if (hasHistory) return done();
    const made = await makeTable(attachment, TABLE, layouts(), bounds(signal));
    hasHistory = made.type === 'done';
    return made;
  }

  return {
    ...createAloneStatements(attachment, isReadOnly),
    backend: connection.backend,
    serverVersion,
    ping: (signal) =>
      attachment.transact('read', bounds(signal), async (work) => {
        await work.run('SELECT 1 FROM RDB$DATABASE', [], { maxRows: 1 });
      }),
    query: (sql, maxRows, limits, signal) => readQuery(attachment, sql, maxRows, bounds(signal, limits)),
    countObjects: (signal) => attachment.transact('read', bounds(signal), countObjects),

    readHistory: (scope, signal) =>
      attachment.transact('read', bounds(signal), async (work) =>
        (await tableExists(work, TABLE)) ? readRows(work, scope) : undefined,
      ),
    ensureHistory,
    tryLock: async (scope, signal) => (isReadOnly ? readOnly() : lock.take(scope, bounds(signal))),

    openMigration: async () => ({ ...attachment.refuse(NOT_TOGETHER), statement: undefined }),
    runStatements: async () => ({ ...attachment.refuse(NOT_TOGETHER), statement: undefined }),
    commitMigrations: async () => attachment.refuse(NOT_TOGETHER),
    // Nothing is open here; a connection that is gone says so.
    rollback: () => attachment.transact('read', { timeoutMs: undefined, signal: undefined }, async () => undefined),

    async changeHistory(change, signal) {
      const ready = await ensureHistory(signal);
      if (ready.type !== 'done') return ready;
      return attachment.transact('write', bounds(signal), async (work) => {
        for (const place of change.remove) await remove(work, place);
        for (const row of change.put) await put(work, row);
      });
    },

    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) => dumpDatabase(connection, { file: partial, limits, options }, signal)),
    close: () => attachment.close(),
  };
}

/** Tables, views and indexes of users, without our own tables and their indexes. */
async function countObjects(work: Work): Promise<number> {
  const ours = `('${TABLE}', '${LOCK_TABLE}', '${SPARE_TABLE}')`;
  const { rows } = await work.run(
    `SELECT (SELECT COUNT(*) FROM RDB$RELATIONS WHERE COALESCE(RDB$SYSTEM_FLAG, 0) = 0 AND RDB$RELATION_NAME NOT IN ${ours})
  + (SELECT COUNT(*) FROM RDB$INDICES WHERE COALESCE(RDB$SYSTEM_FLAG, 0) = 0 AND RDB$RELATION_NAME NOT IN ${ours})
FROM RDB$DATABASE`,
    [],
    { maxRows: 1 },
  );
  return Number(rows[0]?.[0]);
}
