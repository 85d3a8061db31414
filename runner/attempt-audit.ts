import {
  type AuditEntryBody,
  type AuditedAttempt,
  type AuditLog,
  auditOfEvent,
  type Redactor,
  type RunEvent,
  type RunEventBody,
  redactAudit,
} from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { type Result, refuse } from './result.ts';

/** Where who did what cannot be recorded, nothing that mutates goes on. Spec: rulings, "Retention". */
export class AuditUnwritable extends Error {
  override readonly name = 'AuditUnwritable';
}

export interface AttemptAuditOptions {
  readonly log: AuditLog;
  readonly redactor: Redactor;
  readonly attempt: AuditedAttempt;
  /** What is recorded with the beginning of the attempt; empty where that was done before. */
  readonly opening: readonly AuditEntryBody[];
  /** Told what of an attempt that goes on, or has ended, could not be recorded. */
  readonly tell: (message: string) => void;
}

/** Records what an attempt does, from its events. */
export interface AttemptAudit {
  /** What must be recorded before it happens; undefined where there is nothing to wait for. Rejects with `AuditUnwritable`. */
  before(events: readonly RunEvent[]): Promise<void> | undefined;
  /** What has happened; nobody waits for it, and what cannot be recorded is told. */
  after(events: readonly RunEvent[]): void;
  /** The target was taken from the attempt. */
  lost(reason: string): void;
  /** Resolves when everything is recorded, or was told. */
  settled(): Promise<void>;
}

const first = new Set<RunEventBody['type']>(['plan.amended', 'lock.taken-over']);

export function createAttemptAudit(options: AttemptAuditOptions): AttemptAudit {
  const { log, redactor, attempt, tell } = options;
  let settled: Promise<unknown> = Promise.resolve();
  const entriesOf = (events: readonly RunEventBody[]) => events.flatMap((event) => auditOfEvent(event, attempt) ?? []);
  const record = (entries: readonly AuditEntryBody[]) => {
    if (entries.length === 0) return;
    const written = appendRedacted(log, entries, redactor).then((result) => {
      if (result.type === 'unwritable') tell(`AUDIT_INCOMPLETE What follows is not recorded. ${result.message}`);
    });
    settled = Promise.all([settled, written]);
  };
  return {
    before(events) {
      const entries = [
        ...(events.some(({ type }) => type === 'attempt.started') ? options.opening : []),
        ...entriesOf(events.filter(({ type }) => first.has(type))),
      ];
      if (entries.length === 0) return undefined;
      return recordFirst(log, entries, redactor);
    },
    after: (events) => record(entriesOf(events.filter(({ type }) => !first.has(type)))),
    lost: (reason) => record([{ ...attempt, action: 'lock.lost', reason }]),
    settled: async () => {
      await settled;
    },
  };
}

const appendRedacted = (log: AuditLog, entries: readonly AuditEntryBody[], redactor: Redactor) =>
  log.append(...entries.map((entry) => redactAudit(entry, redactor)));

/** Does something that rejects with `AuditUnwritable` where it cannot be recorded, which is refused with exit 10. */
export async function refusedUnrecorded<T>(act: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AuditUnwritable)) throw error;
    const message = `${error.message} Nothing is done without a record of it.`;
    return refuse('AUDIT_UNWRITABLE', message, exitCodes.unknown);
  }
}

/** Rejects with `AuditUnwritable` where it cannot be recorded. */
export async function recordFirst(
  log: AuditLog,
  entries: readonly AuditEntryBody[],
  redactor: Redactor,
): Promise<void> {
  const written = await appendRedacted(log, entries, redactor);
  if (written.type === 'unwritable') throw new AuditUnwritable(written.message);
}
