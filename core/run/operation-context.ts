import type { HeldLease } from '../lock/held-lease.ts';
import type { RunId } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { OutputLine, Waiting } from '../model/run.ts';
import type { SqlOutcome } from '../ports/databases.ts';
import type { World } from '../ports/world.ts';
import type { Settlement } from './attempt-request.ts';
import type { TargetSession } from './target-session.ts';
import type { TargetSessions } from './target-sessions.ts';

/** What an operation may use while it runs. */
export interface OperationContext {
  readonly run: RunId;
  readonly by: string;
  readonly plan: Plan;
  readonly world: World;
  readonly lease: Pick<HeldLease, 'confirm'>;
  /** With the database that the operation uses. */
  readonly target: TargetSession;
  readonly targets: TargetSessions;
  readonly autoContinue: boolean;
  readonly settlements: readonly Settlement[];
  /** True where an earlier attempt broke off in this operation, or did not know what became of it. */
  readonly isUnsettled?: boolean;
  readonly log: (line: OutputLine) => void;
  /** Output of a process as it comes; resolves once the journal has it, so that who writes faster waits. */
  readonly output: (stream: 'stdout' | 'stderr', text: string) => Promise<void>;
  readonly waiting: (waiting: Waiting) => void;
  readonly continued: (by: string) => void;
  /** Milliseconds left of the attempt's time, never under 1; undefined where it has no bound. */
  readonly remainingMs: () => number | undefined;
}

/** A line of the engine's own in an operation's log. */
export const info = (text: string): OutputLine => ({ stream: 'info', text });

export type Undone = Exclude<SqlOutcome<unknown>, { type: 'done' }>;
