import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Processes, ProcessIdentity } from '../../core/index.ts';
import { onCode } from './error-code.ts';
import { readVersioned, writeVersioned } from './versioned-file.ts';

export interface HolderLockOptions {
  /** How long to wait for a holder that lives; 0 tries once. Milliseconds. */
  readonly timeoutMs: number;
  /** A holder of whom nobody here can tell whether it lives gives way after this time without a change. Milliseconds. */
  readonly unknownAfterMs: number;
}

export type HolderLock =
  | { readonly type: 'held'; readonly release: () => Promise<void> }
  | { readonly type: 'busy'; readonly holder: ProcessIdentity };

interface Held {
  readonly token: string;
  readonly holder: ProcessIdentity;
}

/**
 * Keeps other processes out for a moment by a record in a folder of its own. The record of a dead holder is replaced at once by
 * exactly one of those who find it; there is no moment without a record in which a third could slip in.
 */
export async function acquireHolderLock(
  folder: string,
  processes: Pick<Processes, 'self' | 'liveness'>,
  { timeoutMs, unknownAfterMs }: HolderLockOptions,
): Promise<HolderLock> {
  const held: Held = { token: randomUUID(), holder: await processes.self() };
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { version, text } = await readVersioned(folder);
    const other = heldIn(text);
    if (!other || (await isGone(folder, version, other, processes, unknownAfterMs))) {
      const wrote = await writeVersioned(folder, version, JSON.stringify(held));
      if (wrote === 'written') return { type: 'held', release: () => release(folder, held.token) };
    } else if (performance.now() >= deadline) return { type: 'busy', holder: other.holder };
    await delay(5 + Math.random() * 20);
  }
}

async function isGone(
  folder: string,
  version: number,
  { holder }: Held,
  processes: Pick<Processes, 'liveness'>,
  unknownAfterMs: number,
): Promise<boolean> {
  const liveness = await processes.liveness(holder);
  if (liveness !== 'unknown') return liveness === 'gone';
  const written = await stat(`${folder}/${version}.json`).catch(onCode(['ENOENT'], undefined));
  return written !== undefined && Date.now() - written.mtimeMs >= unknownAfterMs;
}

/** Frees the record where it is still ours; a lock that was taken over meanwhile is the other's. */
async function release(folder: string, token: string): Promise<void> {
  const { version, text } = await readVersioned(folder);
  if (heldIn(text)?.token === token) await writeVersioned(folder, version, '{}');
}

/** A record that was cut short by a power loss names nobody who could still live. */
function heldIn(text: string | undefined): Held | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && 'token' in value && 'holder' in value
      ? (value as Held)
      : undefined;
  } catch {
    return undefined; // As above: no holder, and the next version is written over it.
  }
}
