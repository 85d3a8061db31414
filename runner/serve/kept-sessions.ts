import type { DatabaseSession, Databases, Hasher, ResolvedConnection } from '../../core/index.ts';

/** How long a session that nobody needs is kept; milliseconds. */
const idleMs = 10_000;
/** What takes longer is asked again in the usual way, which says what it waits for; milliseconds. */
const patienceMs = 3_000;

interface Kept {
  readonly session: DatabaseSession;
  readonly timer: NodeJS.Timeout;
}

/** Databases for a process that is asked the same again and again. */
export interface KeepingDatabases extends Databases {
  /** Ends the sessions that are kept. */
  close(): Promise<void>;
}

/**
 * Looks into the history of servers with a read-only session that is kept for a moment: connecting takes longer than everything else. One that
 * fails is ended, and whoever asked opens another, which says what is the matter.
 */
export function keepSessions(databases: Databases, hasher: Hasher): KeepingDatabases {
  const kept = new Map<string, Kept>();
  let isClosed = false;

  async function take(key: string, connection: ResolvedConnection): Promise<DatabaseSession | undefined> {
    const found = kept.get(key);
    kept.delete(key);
    clearTimeout(found?.timer);
    if (found) return found.session;
    const options = { mode: 'read-only', timeoutMs: patienceMs, onNotice: () => {}, marker: 'plan' } as const;
    const connected = await databases.connect(connection, options, AbortSignal.timeout(patienceMs));
    return connected.type === 'connected' ? connected.session : undefined;
  }

  async function giveBack(key: string, session: DatabaseSession): Promise<void> {
    if (isClosed || kept.has(key)) return session.close(); // Of two that were asked at once one is enough.
    const timer = setTimeout(() => {
      kept.delete(key);
      void session.close(); // Never rejects.
    }, idleMs);
    timer.unref();
    kept.set(key, { session, timer });
  }

  return {
    ...databases,
    async peekHistory(connection, scope) {
      if (connection.backend === 'sqlite') return databases.peekHistory?.(connection, scope);
      const key = hasher.sha256(JSON.stringify(connection)); // A password is part of it.
      const session = await take(key, connection);
      if (!session) return undefined;
      const rows = await session.readHistory(scope, AbortSignal.timeout(patienceMs));
      if (rows.type === 'done') {
        await giveBack(key, session);
        return rows.value ?? [];
      }
      await session.close();
      return undefined;
    },
    async close() {
      isClosed = true;
      const all = [...kept.values()];
      kept.clear();
      for (const { timer } of all) clearTimeout(timer);
      await Promise.all(all.map(({ session }) => session.close()));
    },
  };
}
