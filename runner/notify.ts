import {
  type Clock,
  hurriedBy,
  isFor,
  type Notifier,
  notificationEventOf,
  notificationOf,
  type Redactor,
  type RunEvent,
  type RunNotice,
  type RunRecord,
  type SentChannel,
} from '../core/index.ts';
import { deliveryOf } from './notice-delivery.ts';
import { type Pace, sendPersistently, standardPace } from './send-persistently.ts';

export interface NotifyOptions {
  /** With values in place of references. */
  readonly channels: readonly SentChannel[];
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  /** Knows the secrets of the run and of the channels. */
  readonly redactor: Redactor;
  /** The run with every event in it that was told. */
  readonly record: () => RunRecord | undefined;
  /** Told of each message that nobody got; nothing in it is secret. */
  readonly warn: (message: string) => void;
  readonly pace?: Pace;
}

/** Tells people of a run, beside it: whatever becomes of a message, the run goes on as if there were none. Docs: notifications. */
export interface Notifications {
  /** An event that stands in the journal, masked. Returns at once and never throws. */
  tell(event: RunEvent): void;
  /**
   * The run is over. Resolves when every message is sent or given up: a message that pauses is tried once more at once, and nothing is waited
   * for any longer than the pace says, or than until a person who cancels asks (once more). Never rejects.
   */
  end(cancel: AbortSignal): Promise<void>;
}

/** Of one channel, the first tries are made in the order of the events; a message that is tried again holds up no other. */
export function startNotifications(options: NotifyOptions): Notifications {
  const { channels, clock, redactor, pace = standardPace } = options;
  const [ending, over] = [new AbortController(), new AbortController()];
  let until: number | undefined;
  const persistence = { ...options, pace, flush: { ending: ending.signal, over: over.signal, until: () => until } };
  const turns = channels.map((channel) => ({ channel, last: Promise.resolve() }));
  const underWay = new Set<Promise<void>>();
  const warn = (what: string, why: string) => options.warn(redactor.redact(`NOTIFICATION_FAILED ${what}: ${why}`));

  function post(turn: (typeof turns)[number], notice: RunNotice, id: string): void {
    const { channel, last } = turn;
    const { promise, resolve: tried } = deferred();
    turn.last = promise;
    const work = last
      .then(() => sendPersistently((now) => deliveryOf(channel, notice, id, now), persistence, tried))
      .catch((error: unknown) => `It cannot be sent: ${messageOf(error)}`)
      .then((why) => {
        underWay.delete(work);
        if (why !== undefined)
          warn(`Nobody was told through ${channel.type} that run ${notice.run} ${wordsFor[notice.event]}`, why);
      });
    underWay.add(work);
  }
  return {
    tell(event) {
      const told = notificationEventOf(event);
      if (told === undefined || channels.length === 0) return;
      try {
        const record = options.record();
        const notice = record && notificationOf(event, record, redactor.redact);
        if (!notice) return;
        for (const turn of turns)
          if (isFor(turn.channel, told, notice.target)) post(turn, notice, `${notice.run}-${event.seq}`);
      } catch (error) {
        // A defect of ours in the telling must not end a deployment.
        warn('Nobody was told of an event', messageOf(error));
      }
    },
    async end(cancel) {
      until = clock.monotonicMs() + pace.flushMs;
      ending.abort();
      if (underWay.size === 0) return;
      const done = new AbortController();
      const giveUp = () => over.abort();
      const again = cancel.aborted ? hurriedBy(cancel) : cancel;
      again?.addEventListener('abort', giveUp, { once: true });
      const limit = clock.sleep(pace.flushMs, done.signal).then(giveUp);
      await Promise.all(underWay);
      done.abort();
      again?.removeEventListener('abort', giveUp);
      await limit;
    },
  };
}

const wordsFor: Readonly<Record<RunNotice['event'], string>> = {
  started: 'has started',
  waiting: 'waits',
  failed: 'did not succeed',
  succeeded: 'succeeded',
  rolled_back: 'was rolled back',
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
