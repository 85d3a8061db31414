import { setTimeout as delay } from 'node:timers/promises';
import { type AttemptEnd, createEventGate, type Redactor, type RunEvent, type RunEventBody } from '../core/index.ts';

export interface DriveOptions {
  /** Stores events in their order, in one write; resolved means stored. */
  readonly append: (events: readonly RunEvent[]) => Promise<void>;
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

/**
 * Pulls the events of an attempt: each is redacted, stored, told, and only then is the next asked for. Intents wait for the event that
 * follows them, since nothing is done between the two. Spec: design, "Processes and files".
 */
export async function drive(
  events: AsyncGenerator<RunEventBody, AttemptEnd>,
  options: DriveOptions,
): Promise<AttemptEnd> {
  const writer = createWriter(options);
  try {
    for (;;) {
      const next = await nextEvent(events, writer);
      if (next.done) {
        await writer.end();
        return next.value;
      }
      await writer.take(next.value);
    }
  } catch (error) {
    // Whatever went wrong here, the engine is told to stop: it rolls back and lets the target go. What went wrong first is what is told.
    await events.return({ type: 'finished' }).catch(() => undefined);
    throw error;
  }
}

/** Lines that may be the beginning of a secret wait so long for the next event; milliseconds. */
const idleMs = 100;

async function nextEvent(
  events: AsyncGenerator<RunEventBody, AttemptEnd>,
  writer: ReturnType<typeof createWriter>,
): Promise<IteratorResult<RunEventBody, AttemptEnd>> {
  const asked = events.next();
  while (writer.isHolding()) {
    const first = await Promise.race([asked, delay(idleMs, undefined, { ref: false })]);
    if (first !== undefined) return first;
    await writer.idle();
  }
  return asked;
}

function createWriter(options: DriveOptions) {
  const { append, publish } = options;
  const gate = createEventGate(options.redactor);
  let seq = options.lastSeq;
  let isWriting = !options.isResume;
  let held: RunEvent[] = [];

  const store = async () => {
    const batch = held;
    held = [];
    await append(batch);
    for (const event of batch) publish(event);
  };
  const takeRedacted = async (body: RunEventBody): Promise<void> => {
    if (isWriting) seq += 1;
    const event: RunEvent = { ...body, v: 1, seq, at: options.now().toISOString(), attempt: options.attempt };
    if (!isWriting) publish(event);
    else held.push(event);
    if (isWriting && event.type !== 'operation.intent') await store();
  };
  return {
    async take(body: RunEventBody): Promise<void> {
      if (body.type === 'attempt.started') isWriting = true;
      // A holder that lost its lease writes nothing more, the journal included: it may be somebody else's now.
      if (body.type === 'lock.lost') {
        isWriting = false;
        seq -= held.length;
        held = [];
      }
      for (const event of gate.pass(body)) await takeRedacted(event);
    },
    isHolding: gate.isHolding,
    async idle(): Promise<void> {
      for (const event of gate.idle()) await takeRedacted(event);
    },
    async end(): Promise<void> {
      if (held.length > 0) await store();
    },
  };
}
