import { type AttemptEnd, type Redactor, type RunEvent, type RunEventBody, redactEvent } from '../core/index.ts';

export interface DriveOptions {
  /** Stores one event; resolved means stored. */
  readonly append: (event: RunEvent) => Promise<void>;
  /** Told after the event was stored, and of events that are for the screen only. */
  readonly publish: (event: RunEvent) => void;
  readonly redactor: Redactor;
  readonly now: () => Date;
  readonly attempt: number;
  /** The number of the last event in the journal. */
  readonly lastSeq: number;
  /** Events before `attempt.started` are for the screen only: another process may be writing the journal. */
  readonly isResume: boolean;
}

/** Pulls the events of an attempt: each is redacted, stored, told, and only then is the next asked for. Spec: design, "Processes and files". */
export async function drive(
  events: AsyncGenerator<RunEventBody, AttemptEnd>,
  options: DriveOptions,
): Promise<AttemptEnd> {
  try {
    return await pullAll(events, options);
  } catch (error) {
    // Whatever went wrong here, the engine is told to stop: it rolls back and lets the target go. What went wrong first is what is told.
    await events.return({ type: 'finished' }).catch(() => undefined);
    throw error;
  }
}

async function pullAll(events: AsyncGenerator<RunEventBody, AttemptEnd>, options: DriveOptions): Promise<AttemptEnd> {
  let seq = options.lastSeq;
  let isWriting = !options.isResume;
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    const body = next.value;
    if (body.type === 'attempt.started') isWriting = true;
    // A holder that lost its lease writes nothing more, the journal included: it may be somebody else's now.
    if (body.type === 'lock.lost') isWriting = false;
    const stamp = {
      v: 1 as const,
      seq: isWriting ? seq + 1 : seq,
      at: options.now().toISOString(),
      attempt: options.attempt,
    };
    const event: RunEvent = { ...redactEvent(body, options.redactor), ...stamp };
    if (isWriting) await options.append(event);
    if (isWriting) seq += 1;
    options.publish(event);
  }
}
