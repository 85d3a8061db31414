import { mkdir, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type FleetEvent, type FleetId, isFleetId, type Processes, type ProcessIdentity } from '../../core/index.ts';
import { openAppendFile } from '../durable/append-file.ts';
import { onCode } from '../durable/error-code.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { ensureStore, storeFolder } from './store-layout.ts';

/** The journal of a fleet, open for writing: which targets it has and which run each of them got. */
export interface FleetJournal {
  /** Resolves once the event is on disk; the end of a target, which its run's journal says too, need not be. Rejects where it cannot be written. */
  append(event: FleetEvent): Promise<void>;
  close(): Promise<void>;
}

export type OpenedFleet =
  | { readonly type: 'open'; readonly journal: FleetJournal }
  /** Another process runs the fleet. */
  | { readonly type: 'busy'; readonly holder: ProcessIdentity };

/** The folders of a project's fleets. */
export const fleetFolder = (project: string, fleet: FleetId): string => join(storeFolder(project), 'fleets', fleet);
const fileIn = (folder: string): string => join(folder, 'events.jsonl');

/** Opens a fleet's journal and makes it where it is missing. One process runs a fleet at a time; one that died gives way at once. */
export async function openFleetJournal(
  project: string,
  fleet: FleetId,
  processes: Pick<Processes, 'self' | 'liveness'>,
): Promise<OpenedFleet> {
  await ensureStore(project);
  const folder = fleetFolder(project, fleet);
  if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncFolder(storeFolder(project));
  const lock = await acquireHolderLock(join(folder, 'writer'), processes, { timeoutMs: 0, unknownAfterMs: 0 });
  if (lock.type === 'busy') return lock;
  try {
    await cutTornLine(fileIn(folder));
    const file = await openAppendFile(fileIn(folder));
    const append = (event: FleetEvent) => file.append(`${JSON.stringify(event)}\n`, event.type !== 'target.finished');
    const close = async () => {
      await file.close();
      await lock.release();
    };
    return { type: 'open', journal: { append, close } };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A line without its end was never acted upon: it must not merge with the next one. */
async function cutTornLine(file: string): Promise<void> {
  const bytes = await readFile(file).catch(onCode(['ENOENT'], undefined));
  if (!bytes || bytes.length === 0) return;
  const whole = bytes.lastIndexOf(10) + 1;
  if (whole < bytes.length) await truncate(file, whole);
}

/** What stands in a fleet's journal; a line that cannot be read is passed over, since the runs' own journals are the truth. Empty where there is none. */
export async function readFleetJournal(project: string, fleet: FleetId): Promise<readonly FleetEvent[]> {
  const text = await readFile(fileIn(fleetFolder(project, fleet)), 'utf8').catch(onCode(['ENOENT', 'ENOTDIR'], ''));
  return text.split('\n').flatMap(eventIn);
}

function eventIn(line: string): readonly FleetEvent[] {
  if (line === '') return [];
  try {
    const event = JSON.parse(line) as Partial<FleetEvent> | null;
    return event?.v === 1 && event.type !== undefined ? [event as FleetEvent] : [];
  } catch {
    return []; // Torn or overwritten: what it said of a target its run says too, or the target counts as not started.
  }
}

/** The fleets of a project, newest first. */
export async function listFleets(project: string): Promise<readonly FleetId[]> {
  const names = await readdir(join(storeFolder(project), 'fleets')).catch(onCode<string[]>(['ENOENT'], []));
  return names.filter(isFleetId).sort((a, b) => (a < b ? 1 : -1));
}
