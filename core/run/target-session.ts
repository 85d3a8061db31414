import { type Backend, dialectOf } from '../model/connection.ts';
import type { Digest, OperationId } from '../model/ids.ts';
import type { AppliedMigration } from '../model/migration.ts';
import type { HighestApplied } from '../plan/out-of-order.ts';
import type { DatabaseSession, Databases, Notice, ResolvedConnection } from '../ports/databases.ts';
import { emptyLane, type Lane } from './operations/ahead.ts';

export type Opened =
  | { readonly type: 'open'; readonly session: DatabaseSession }
  | { readonly type: 'closed'; readonly message: string };

/** The run's one session with a database, opened when first needed and again after it was dropped. */
export interface TargetSession {
  /** What the database is called; undefined: it is the target's own. */
  readonly name: string | undefined;
  /** The dialect that it speaks; undefined where there is no database. */
  readonly dialect: Backend | undefined;
  open(signal: AbortSignal): Promise<Opened>;
  /** Forgets a session that is no longer any good. */
  drop(): Promise<void>;
  /** Where notices go; changes with the operation that runs. */
  onNotice: (notice: Notice) => void;
  /** True once the target's own lock is held by the present session. */
  lockHeld: boolean;
  /** The target's own history as read under its lock, kept up to date with what this session applies; undefined before that. */
  history: Map<string, AppliedMigration> | undefined;
  /** The rows as they were found, by checksum: where a new file may be one that was renamed. Read together with the history. */
  found: ReadonlyMap<Digest, readonly AppliedMigration[]>;
  /** The highest version that others had applied beside a migration when the history was read; nothing for a plan document. */
  highest: (path: string) => HighestApplied | undefined;
  /** The path of the migration in whose transaction an operation was applied, by operation. */
  readonly together: Map<OperationId, string>;
  /** Migrations that are under way ahead of their operations. */
  lane: Lane;
  /** The session that is open; undefined where there is none. */
  current(): DatabaseSession | undefined;
}

export function createTargetSession(
  connection: ResolvedConnection | undefined,
  databases: Databases,
  marker: string,
  name?: string,
): TargetSession {
  let session: DatabaseSession | undefined;
  const closed = (message: string): Opened => ({
    type: 'closed',
    message: name === undefined ? message : `${name}: ${message}`,
  });
  const target: TargetSession = {
    name,
    dialect: connection && dialectOf(connection),
    onNotice: () => {},
    lockHeld: false,
    history: undefined,
    found: new Map(),
    highest: () => undefined,
    together: new Map(),
    lane: emptyLane(),
    current: () => session,
    async open(signal) {
      if (session) return { type: 'open', session };
      if (!connection) return closed('The target has no connection.');
      const connected = await databases.connect(
        connection,
        { mode: 'read-write', timeoutMs: 15_000, marker, onNotice: (notice) => target.onNotice(notice) },
        signal,
      );
      if (connected.type !== 'connected') return closed(connected.message);
      session = connected.session;
      return { type: 'open', session };
    },
    async drop() {
      const old = session;
      session = undefined;
      target.lockHeld = false;
      target.history = undefined;
      const { lane } = target;
      target.lane = emptyLane();
      lane.cancel.abort();
      await Promise.allSettled(lane.under.map(({ ended }) => ended));
      await Promise.all([old?.close(), databases.unexpect?.(marker)]);
    },
  };
  return target;
}

/** The dialect of the database that an operation uses: whoever planned it saw to it that there is one. */
export function dialectIn({ target }: { readonly target: Pick<TargetSession, 'dialect'> }): Backend {
  if (!target.dialect) throw new Error('An operation that sends SQL has no connection.');
  return target.dialect;
}
