import type { Digest, OperationId } from '../model/ids.ts';
import type { AppliedMigration } from '../model/migration.ts';
import type { HighestApplied } from '../plan/out-of-order.ts';
import type { DatabaseSession, Databases, Notice, ResolvedConnection } from '../ports/databases.ts';
import type { Ahead, Ready } from './operations/ahead.ts';

export type Opened =
  | { readonly type: 'open'; readonly session: DatabaseSession }
  | { readonly type: 'closed'; readonly message: string };

/** The run's one session with its target, opened when first needed and again after it was dropped. */
export interface TargetSession {
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
  /** Of a plan that is a folder: the highest version that others had applied when the history was read. */
  highest: HighestApplied | undefined;
  /** The path of the migration in whose transaction an operation was applied, by operation. */
  readonly together: Map<OperationId, string>;
  /** What was opened ahead of the operation that comes next. */
  ahead: Ahead | undefined;
  /** What was prepared for the operation behind that. */
  ready: Ready | undefined;
}

export function createTargetSession(
  connection: ResolvedConnection,
  databases: Databases,
  marker: string,
): TargetSession {
  let session: DatabaseSession | undefined;
  const target: TargetSession = {
    onNotice: () => {},
    lockHeld: false,
    history: undefined,
    found: new Map(),
    highest: undefined,
    together: new Map(),
    ahead: undefined,
    ready: undefined,
    async open(signal) {
      if (session) return { type: 'open', session };
      const connected = await databases.connect(
        connection,
        { mode: 'read-write', timeoutMs: 15_000, marker, onNotice: (notice) => target.onNotice(notice) },
        signal,
      );
      if (connected.type !== 'connected') return { type: 'closed', message: connected.message };
      session = connected.session;
      return { type: 'open', session };
    },
    async drop() {
      const old = session;
      session = undefined;
      target.lockHeld = false;
      target.history = undefined;
      target.ahead?.cancel.abort();
      target.ahead = undefined;
      target.ready = undefined;
      await old?.close();
    },
  };
  return target;
}
