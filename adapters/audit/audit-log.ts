import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type AuditEntryBody,
  type AuditHead,
  type AuditLog,
  type AuditWritten,
  auditGenesis,
  type Clock,
  encodeAuditLine,
  type Hasher,
  type Processes,
  sealEntry,
} from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { ensureStore } from '../journal/store-layout.ts';
import { auditFile, auditKeeper } from './audit-files.ts';
import { createKeeper } from './keeper.ts';
import { readLogEnd } from './last-entry.ts';

export interface AuditOptions {
  /** Absolute path of the project. */
  readonly project: string;
  readonly processes: Pick<Processes, 'self' | 'liveness'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly hasher: Hasher;
}

/** Why nothing can be appended, in words. */
class Refused extends Error {}

/**
 * The audit log of a project, `.srdeploy/audit.jsonl`. Processes take turns; what one process asks for while it waits goes into one
 * write. A torn last line of a process that died is cut off and noted. A log whose end is not what was written takes nothing more.
 */
export function createAuditLog(options: AuditOptions): AuditLog {
  const { project } = options;
  const keeper = createKeeper(auditKeeper(project), options.processes);
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly bodies: AuditEntryBody[]; readonly done: Promise<AuditWritten> } | undefined;

  /** Together with everything that is asked for until its turn comes. */
  function inNextTurn(bodies: readonly AuditEntryBody[]): Promise<AuditWritten> {
    if (!waiting) {
      const batch: AuditEntryBody[] = [];
      const done = last.then(() => {
        waiting = undefined;
        return attempt(batch);
      });
      waiting = { bodies: batch, done };
      last = done;
    }
    waiting.bodies.push(...bodies);
    return waiting.done;
  }

  async function attempt(bodies: readonly AuditEntryBody[]): Promise<AuditWritten> {
    try {
      await ensureStore(project);
      await underKeeper(bodies);
      return { type: 'written' };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { type: 'unwritable', message: `The audit log ${auditFile(project)} cannot be written: ${why}` };
    }
  }

  async function underKeeper(bodies: readonly AuditEntryBody[]): Promise<void> {
    const keeping = await keeper.take();
    if (keeping.type === 'busy')
      throw new Refused(`process ${keeping.holder.pid} on ${keeping.holder.host} has been writing it for ten seconds.`);
    let { head } = keeping;
    try {
      head = await appendAfter(keeping.head, bodies, options);
    } finally {
      await keeping.release(head);
    }
  }
  return {
    append: (...bodies) => inNextTurn(bodies),
  };
}

/** Gives the newest entry after it. */
async function appendAfter(
  head: AuditHead | undefined,
  bodies: readonly AuditEntryBody[],
  options: AuditOptions,
): Promise<AuditHead | undefined> {
  const file = auditFile(options.project);
  const isNew = (await open(file, 'wx', 0o600).then((made) => made.close(), onCode(['EEXIST'], 'there'))) !== 'there';
  const handle = await open(file, 'r+');
  try {
    if (isNew) await syncFolder(dirname(file));
    const end = await readLogEnd(handle, options.hasher);
    const problem = end.type === 'broken' ? 'its last line was changed' : whyNotAfter(head, end.last);
    if (end.type === 'broken' || problem !== undefined)
      throw new Refused(
        `${problem}. Look at it with: srdeploy audit verify. Begin a new one with: srdeploy audit renew --reason "…"`,
      );
    const { torn, size } = end;
    const isNoted = torn !== undefined && bodies[0] !== undefined;
    const noted: readonly AuditEntryBody[] = isNoted
      ? [{ action: 'audit.torn', by: bodies[0]?.by ?? '', details: { ...torn } }, ...bodies]
      : bodies;
    if (isNoted) await handle.truncate(size);
    return await writeAll(handle, size, noted, end.last, options);
  } finally {
    await handle.close();
  }
}

/** The remembered head may be behind, where a process died between the two writes; never ahead. */
function whyNotAfter(head: AuditHead | undefined, last: AuditHead): string | undefined {
  if (!head || head.seq < last.seq) return undefined;
  if (head.seq > last.seq) return `its end was cut off behind entry ${last.seq}; entry ${head.seq} was the last`;
  return head.hash === last.hash ? undefined : `its last entry is not the one that was written`;
}

async function writeAll(
  handle: FileHandle,
  size: number,
  bodies: readonly AuditEntryBody[],
  last: AuditHead,
  { clock, hasher }: AuditOptions,
): Promise<AuditHead | undefined> {
  let head = last;
  let text = '';
  for (const body of bodies) {
    const entry = sealEntry(body, clock.now().toISOString(), head, hasher);
    text += `${encodeAuditLine(entry)}\n`;
    head = entry;
  }
  if (text !== '') {
    try {
      await writeWhole(handle, Buffer.from(text, 'utf8'), size);
      await handle.datasync();
    } catch (error) {
      await handle.truncate(size).catch(() => undefined); // A torn line is cut off by who comes next; what failed first is told.
      throw error;
    }
  }
  return head.seq === auditGenesis.seq ? undefined : { seq: head.seq, hash: head.hash };
}

async function writeWhole(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at + written);
    if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    written += bytesWritten;
  }
}
