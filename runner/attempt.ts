import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNotifier, type History, type Journal, openHistory } from '../adapters/index.ts';
import {
  type AttemptEnd,
  type AttemptRequest,
  chanceInId,
  createRunFolder,
  type FleetId,
  lockId,
  newFleetId,
  newRunId,
  type Redactor,
  type RunEvent,
  type RunEventBody,
  type RunId,
  type RunRecord,
  requestCancel,
  type SentChannel,
  type World,
} from '../core/index.ts';
import type { AttemptAudit } from './attempt-audit.ts';
import { startControlServer } from './control/control-server.ts';
import type { OperatorDesk } from './control/operator.ts';
import { drive } from './drive.ts';
import { startNotifications } from './notify.ts';
import type { RunStore } from './run-store.ts';

export interface AttemptOptions {
  readonly run: RunId;
  readonly store: RunStore;
  readonly world: World;
  readonly desk: OperatorDesk;
  readonly redactor: Redactor;
  readonly audit: AttemptAudit;
  readonly env: NodeJS.ProcessEnv;
  /** The record before this attempt; undefined for the first. */
  readonly record: RunRecord | undefined;
  readonly publish: (event: RunEvent) => void;
  /** Acts on an event that stands in the journal, before the next is asked for. */
  readonly stored?: (event: RunEvent) => Promise<void>;
  /** Who is told, with values in place of references; absent: nobody. */
  readonly channels?: readonly SentChannel[];
  /** Given what goes on behind the attempt's end; where it is absent, the attempt ends when that has ended. */
  readonly afterwards?: (work: Promise<void>) => void;
  /** Told what people should know and nothing depends on. */
  readonly warn?: (message: string) => void;
  /** Aborts with a `CancelRequest`. */
  readonly cancel: AbortController;
}

export interface AttemptResult {
  readonly end: AttemptEnd;
  readonly record: RunRecord | undefined;
}

/** Executes an attempt: control socket, journal, events. The journal is opened when the first event is to be stored. */
export async function executeAttempt(
  events: AsyncGenerator<RunEventBody, AttemptEnd>,
  options: AttemptOptions,
): Promise<AttemptResult> {
  const { store, run, world, audit } = options;
  const folder = createRunFolder(options.record);
  let journal: Journal | undefined;
  const notifications = startNotifications({
    channels: options.channels ?? [],
    notifier: createNotifier(),
    clock: world.clock,
    redactor: options.redactor,
    record: folder.record,
    warn: (message) => options.warn?.(message),
  });
  const control = await startControlServer(
    store.folder(run),
    {
      run,
      process: await world.processes.self(),
      desk: options.desk,
      cancel: (by) => requestCancel(options.cancel, by),
    },
    options.env,
  );
  try {
    const end = await drive(events, {
      append: async (events) => {
        const recorded = audit.before(events);
        if (recorded !== undefined) await recorded;
        journal ??= await openForWriting(options);
        await journal.append(...events);
        for (const event of events) folder.add(event);
        audit.after(events);
        for (const event of events) notifications.tell(event);
        for (const event of events) await options.stored?.(event);
      },
      publish: options.publish,
      redactor: options.redactor,
      now: () => world.clock.now(),
      attempt: (options.record?.attempts.length ?? 0) + 1,
      lastSeq: options.record?.lastSeq ?? 0,
      isResume: options.record !== undefined,
    });
    if (end.type === 'lease-lost') audit.lost(end.message);
    if (end.type === 'finished' && end.kept !== undefined)
      options.warn?.(`LOCK_KEPT The target could not be given back (${end.kept}). The next run takes it over.`);
    return { end, record: folder.record() };
  } finally {
    await control.close();
    await audit.settled();
    // Every event is on disk already; a writer's mark that stays behind is that of a dead process, which gives way.
    await journal?.close().catch(() => undefined);
    const told = notifications.end(options.cancel.signal);
    if (options.afterwards) options.afterwards(told);
    else await told;
  }
}

/** Exactly the journal that the attempt goes on from: one that was put back or taken away meanwhile is left alone. */
async function openForWriting({ store, run, world, record }: AttemptOptions): Promise<Journal> {
  const opened = await store.openJournal(run, world.processes);
  if (opened.type === 'open') {
    if (opened.journal.lastSeq === (record?.lastSeq ?? 0)) return opened.journal;
    await opened.journal.close();
    throw new Error(`The journal of run ${run} is not the one that was read when the attempt began. Try again.`);
  }
  throw new Error(
    `Process ${opened.holder.pid} writes the journal of run ${run}; it must end before the run can go on.`,
  );
}

/** The history of a project; `dist` is the folder of the bundles. */
export const openProjectHistory = (project: string, dist: string, world: Pick<World, 'processes'>): History =>
  openHistory({ project, wasm: join(dist, 'sql-wasm.wasm'), processes: world.processes });

export const freshRunId = (now: Date): RunId => newRunId(now, chance(chanceInId));

export const freshFleetId = (now: Date): FleetId => newFleetId(now, chance(chanceInId));

/** What every attempt names itself by. */
export async function attemptIdentity(
  world: World,
  by: string,
): Promise<Pick<AttemptRequest, 'lock' | 'holder' | 'by'>> {
  return { lock: lockId(randomUUID()), holder: { who: by, process: await world.processes.self() }, by };
}

/** Characters of `[a-z0-9]`, each equally likely. */
function chance(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) if (byte < 252 && text.length < length) text += alphabet[byte % 36];
  }
  return text;
}

/** An error of our own, kept beside the journal with secrets masked. Never rejects: what cannot be kept either is told by its caller. */
export async function recordCrash(store: RunStore, run: RunId, redactor: Redactor, error: unknown): Promise<void> {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const line = `${redactor.redact(text)}\n`;
  // The disk may be full, which may be the very error: it must not take its place.
  await appendFile(join(store.folder(run), 'runner.log'), line, { mode: 0o600 }).catch(() => undefined);
}
