import type { OperationId } from '../../model/ids.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import type { Notice, ScriptOutcome } from '../../ports/databases.ts';
import type { Member } from './member.ts';
import type { ScriptText } from './script-text.ts';

/**
 * A migration whose transaction was opened while the end of the one before it was being told: claimed and run, not committed. Its
 * operation takes it over when it starts; whatever else happens rolls it back.
 */
export interface Ahead {
  readonly operation: OperationId;
  readonly script: ScriptText;
  readonly member: Member;
  /** What became of the first request. */
  readonly opened: Promise<ScriptOutcome<'claimed' | 'taken'>>;
  /** When it was sent, on the engine's monotonic clock; milliseconds. */
  readonly sentAt: number;
  /** What the server said before the operation took it over. */
  readonly notices: Notice[];
  readonly cancel: AbortController;
}

/** A migration that was read, settled and prepared before its turn; nothing of it was sent. */
export interface Ready {
  readonly operation: MigrationOperation;
  readonly script: ScriptText;
  readonly member: Member;
}
