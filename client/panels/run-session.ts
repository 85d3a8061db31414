import {
  foldEvent,
  type Liveness,
  type RollbackView,
  type RunEvent,
  type RunRecord,
  runView,
} from '../../core/index.ts';
import type { PanelNotice, RunPanelState, ToRunPanel } from '../../protocol/index.ts';
import { JournalFollower } from '../journal-follower.ts';
import { CreditWindow } from './credit-window.ts';
import { LogBatches } from './log-batches.ts';
import { noticeAfter } from './run-notice.ts';

/** What a session reads and whom it tells. */
export interface SessionParts {
  readonly state: RunPanelState;
  readonly journal: string;
  readonly send: (message: ToRunPanel) => void;
  /** Whether a runner was seen alive; undefined where that cannot be told now. */
  readonly liveness: () => Promise<Liveness | undefined>;
  /** The runs that were to take this one back; undefined where that cannot be told now. */
  readonly rollbacks: () => Promise<readonly RollbackView[] | undefined>;
  readonly isProduction: (record: RunRecord) => Promise<boolean>;
  /** The group of each operation that is in one, by the operation's id. */
  readonly groups: () => Promise<Readonly<Record<string, string>> | undefined>;
  readonly log: (message: string) => void;
}

const CREDITS = 8;
const LIVENESS_MS = 2_000;
/** The first view waits this long for the truth about liveness, so that a dead run does not flash as running. */
const PATIENCE_MS = 1_500;
/** Time for a journal to appear after its run was started. */
const APPEARS_MS = 10_000;

/** One life of a run panel's page: reads the journal from its start, folds it, and sends views and log lines until disposed. */
export class RunSession {
  readonly #parts: SessionParts;
  readonly #credits = new CreditWindow(CREDITS);
  readonly #batches = new LogBatches();
  readonly #follower: JournalFollower;
  readonly #poll: NodeJS.Timeout;
  readonly #missing: NodeJS.Timeout;
  #record: RunRecord | undefined;
  #production: boolean | undefined;
  #groups: Readonly<Record<string, string>> | undefined;
  #liveness: Liveness = 'live';
  #notice: PanelNotice | undefined;
  #rollbacks: readonly RollbackView[] = [];
  readonly #firstLook: Promise<void>;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    parts.send({ type: 'reset' });
    this.#firstLook = this.#lookSoon();
    this.#follower = new JournalFollower({
      file: parts.journal,
      onEvents: (events) => this.#hear(events),
      onProblem: (message) => parts.log(`${parts.journal}: ${message}`),
    });
    // `#look` reports what fails to the log itself.
    this.#poll = setInterval(() => void this.#look(), LIVENESS_MS);
    this.#missing = setTimeout(() => this.#tellMissing(), APPEARS_MS);
  }

  /** The page has taken in one batch. */
  credit(): void {
    this.#credits.give();
  }

  get record(): RunRecord | undefined {
    return this.#record;
  }

  dispose(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#missing);
    this.#credits.close();
    this.#follower.dispose();
  }

  async #hear(events: readonly RunEvent[]): Promise<void> {
    await this.#firstLook;
    const isKnown = this.#record !== undefined;
    for (const event of events) this.#record = foldEvent(this.#record, event);
    if (this.#record && this.#production === undefined) {
      this.#production = await this.#parts.isProduction(this.#record);
      this.#groups = await this.#parts.groups();
    }
    // A new attempt has a runner of its own.
    if (isKnown && events.some((event) => event.type === 'attempt.started')) await this.#lookSoon();
    // What is known from the start is in the first view.
    if (!isKnown && this.#record?.end.type === 'finished') this.#rollbacks = (await this.#parts.rollbacks()) ?? [];
    this.#sendNotice(events);
    if (events.some((event) => event.type !== 'operation.output')) this.#sendView();
    for (const batch of this.#batches.of(events)) {
      if (!(await this.#credits.take())) return;
      this.#parts.send(batch);
    }
  }

  #sendView(): void {
    if (!this.#record) return;
    clearTimeout(this.#missing);
    this.#parts.send({
      type: 'run',
      run: runView(this.#record, this.#liveness, this.#rollbacks),
      production: this.#production ?? false,
      state: this.#parts.state,
      now: Date.now(),
      ...(this.#groups && { groups: this.#groups }),
    });
  }

  #sendNotice(events: readonly RunEvent[]): void {
    const before = this.#notice;
    for (const event of events) {
      const after = noticeAfter(event);
      if (after !== 'keep') this.#notice = after;
    }
    if (this.#notice !== before) this.#parts.send({ type: 'notice', notice: this.#notice });
  }

  #lookSoon(): Promise<void> {
    return Promise.race([this.#look(), new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  async #look(): Promise<void> {
    if (this.#record?.end.type === 'finished') return this.#lookForRollbacks();
    const seen = await this.#parts.liveness();
    if (seen === undefined || seen === this.#liveness) return;
    this.#liveness = seen;
    this.#sendView();
  }

  /** Of a run that is over only this can change: somebody takes it back. */
  async #lookForRollbacks(): Promise<void> {
    if (this.#rollbacks.some(({ status }) => status === 'rolled_back')) return;
    const seen = await this.#parts.rollbacks();
    if (!seen || JSON.stringify(seen) === JSON.stringify(this.#rollbacks)) return;
    this.#rollbacks = seen;
    this.#sendView();
  }

  #tellMissing(): void {
    if (this.#record) return;
    const message = `The journal of run ${this.#parts.state.run} is not in this project. It may have been removed with old runs.`;
    this.#parts.send({ type: 'notice', notice: { severity: 'error', message } });
  }
}
