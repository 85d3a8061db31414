import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AuditHead, Processes, ProcessIdentity } from '../../core/index.ts';
import { readVersioned, writeVersioned } from '../durable/versioned-file.ts';

/** The right to append, and the newest entry as the last who had it left it. */
export interface Kept {
  readonly head: AuditHead | undefined;
  /** Lets the next one in. Never rejects: where it cannot be written, this process has the right until it ends. */
  release(head: AuditHead | undefined): Promise<void>;
}

export type Keeping = ({ readonly type: 'held' } & Kept) | { readonly type: 'busy'; readonly holder: ProcessIdentity };

interface KeeperRecord {
  readonly token?: string;
  readonly holder?: ProcessIdentity;
  readonly head?: AuditHead;
}

/** Another process appends for milliseconds; one on another host of which nothing is heard is passed over after two minutes. */
const patience = { timeoutMs: 10_000, unknownAfterMs: 120_000 };

/**
 * Lets one process at a time append, as `acquireHolderLock` does, and keeps the newest hash in the same record. It need not outlive a
 * power loss: a record that was lost keeps nobody out, and the log itself says what its last entry is.
 */
export function createKeeper(folder: string, processes: Pick<Processes, 'self' | 'liveness'>) {
  const token = randomUUID();
  return { take };

  async function take(): Promise<Keeping> {
    const holder = await processes.self();
    const begin = performance.now();
    for (let seenSince = { version: -1, at: begin }; ; ) {
      const { version, text } = await readVersioned(folder);
      if (version !== seenSince.version) seenSince = { version, at: performance.now() };
      const { head, ...there } = recordIn(text);
      const other = there.token === token ? undefined : there.holder;
      if (!other || (await isGone(other, performance.now() - seenSince.at))) {
        const record: KeeperRecord = { token, holder, ...(head && { head }) };
        const wrote = await writeVersioned(folder, version, JSON.stringify(record), 'quick');
        if (wrote === 'written') return { type: 'held', head, release: (next) => release(version + 1, next) };
      } else if (performance.now() - begin >= patience.timeoutMs) return { type: 'busy', holder: other };
      await delay(1 + Math.random() * 6);
    }
  }

  async function isGone(holder: ProcessIdentity, unseenMs: number): Promise<boolean> {
    const liveness = await processes.liveness(holder);
    return liveness === 'gone' || (liveness === 'unknown' && unseenMs >= patience.unknownAfterMs);
  }

  async function release(version: number, head: AuditHead | undefined): Promise<void> {
    // A full disk: what was appended is appended, and the record with our token lets us in again.
    await writeVersioned(folder, version, JSON.stringify(head ? { head } : {}), 'quick').catch(() => undefined);
  }
}

/** The newest entry as it is remembered beside the log; undefined where nothing is. */
export async function readHead(folder: string): Promise<AuditHead | undefined> {
  return recordIn((await readVersioned(folder)).text).head;
}

/** A record that was cut short by a power loss names nobody who could still live, and no head. */
function recordIn(text: string | undefined): KeeperRecord {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as KeeperRecord) : {};
  } catch {
    return {}; // As above: the next version is written over it.
  }
}
