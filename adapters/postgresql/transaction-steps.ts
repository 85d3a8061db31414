import type { FinishedRow, ScriptOutcome, ScriptStatement, SqlOutcome } from '../../core/index.ts';
import type { Refused } from '../sql-refusal.ts';
import { statementRefusal } from '../statement-guard.ts';
import type { ExchangeOutcome } from './bounds.ts';
import { DIVISION_BY_ZERO } from './history-table.ts';
import type { Step } from './step.ts';
import { nothing, plain, type WireSession } from './wire-session.ts';

/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;

/** A script may have taken another role, which need not own our table. */
export const ROLE_RESET: Step = { text: 'RESET ROLE', isKept: true };
export const BEGIN: Step = { text: 'BEGIN', isKept: true };
export const COMMIT: Step = { text: 'COMMIT', isKept: true };

export const TRANSACTION_ENDED = 'A statement ended the transaction that its migration runs in.';
export const ROLLED_BACK = 'The server rolled the transaction back instead of committing it.';

export const scriptStep = ({ text, copyData }: ScriptStatement): Step => ({ text, copyData, isScript: true });

export function guardScript(
  statements: readonly ScriptStatement[],
): (Refused & { readonly statement: number }) | undefined {
  for (const [statement, { text }] of statements.entries()) {
    const error = statementRefusal(text);
    if (error) return { type: 'refused', cause: 'error', error, statement };
  }
  return undefined;
}

type NotDone = Exclude<ExchangeOutcome, { type: 'done' }>;

/** True where the claim of a row, which is the step at `claim`, found a row that it must not take. */
export const isTaken = (sent: NotDone, claim: number): boolean =>
  sent.type === 'refused' && sent.step === claim && sent.error.sqlstate === DIVISION_BY_ZERO;

/** An exchange in which a script of so many statements stands behind the steps `before` it. */
export function scriptOutcome(
  outcome: NotDone,
  before: number,
  statements: number,
): Exclude<ScriptOutcome<never>, { type: 'done' }> {
  const index = outcome.type === 'refused' && outcome.step !== undefined ? outcome.step - before : -1;
  return { ...plain(outcome), statement: index >= 0 && index < statements ? index : undefined };
}

export const noRow = ({ path }: Pick<FinishedRow, 'path'>): string =>
  `The history has no row for ${path}: it was not claimed, or the migration deleted it.`;

export async function rollback(wire: WireSession): Promise<SqlOutcome<void>> {
  // Asks even where nothing is open, so that a connection that is gone says so.
  const text = wire.status() === 'I' ? 'SELECT 1' : 'ROLLBACK';
  return nothing(await wire.exchange([{ text }], { timeoutMs: ROLLBACK_WAIT, signal: undefined }));
}
