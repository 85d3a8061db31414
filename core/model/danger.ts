import type { OperationId } from './ids.ts';
import type { Range, Severity } from './problem.ts';

/** What sort of harm a statement can do. `hygiene`: none by itself, but it invites some. */
export type DangerCategory =
  | 'data-loss'
  | 'rewrite'
  | 'long-lock'
  | 'irreversible'
  | 'not-transactional'
  | 'breaks-running-code'
  | 'hygiene';

/** What a rule of the danger report found in a script. `code` is stable (`M001`), `rule` its word (`drop-table`). */
export interface Danger {
  readonly code: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly category: DangerCategory;
  /** What happens and where. */
  readonly message: string;
  /** How to get the same result safely. */
  readonly saferForm: string;
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly range: Range;
}

/** A danger of a migration that a run would apply. */
export interface PlannedDanger extends Danger {
  readonly operation: OperationId;
}

const CONFIRMED: readonly DangerCategory[] = ['data-loss', 'rewrite', 'long-lock', 'breaks-running-code'];

/** True for dangers that a person must confirm by name before they happen on production: errors and warnings that lose data, stop others or break them. */
export const needsConfirmation = ({ severity, category }: Pick<Danger, 'severity' | 'category'>): boolean =>
  (severity === 'error' || severity === 'warning') && CONFIRMED.includes(category);
