import { isError, type Need, needsConfirmation, type PlannedDanger, type Problem } from '../core/index.ts';
import {
  type DangerView,
  type ErrorView,
  exitCodes,
  type FindingView,
  type ScriptDifference,
} from '../protocol/index.ts';

/** What a verb gives: its answer, or what is wrong and what to do next. */
export type Result<T> =
  | { readonly type: 'ok'; readonly value: T }
  | { readonly type: 'error'; readonly error: ErrorView };

export const ok = <T>(value: T): Result<T> => ({ type: 'ok', value });

export const refuse = (code: string, message: string, exitCode: number): Result<never> => ({
  type: 'error',
  error: { code, message, exitCode },
});

/** Bad input, with every problem and its place. */
export function refuseProblems(problems: readonly Problem[]): Result<never> {
  const errors = problems.filter(isError);
  const [first] = errors;
  const message =
    errors.length === 1 && first ? first.message : `${errors.length} problems were found; nothing was run.`;
  return {
    type: 'error',
    error: {
      code: 'VALIDATION_FAILED',
      message,
      exitCode: exitCodes.invalidInput,
      problems: problems.map(findingView),
    },
  };
}

export const refuseNeeds = (
  needs: readonly Need[],
  message: string,
  differences: readonly ScriptDifference[] = [],
): Result<never> => ({
  type: 'error',
  error: {
    code: 'CONFIRMATION_MISSING',
    message,
    exitCode: exitCodes.confirmationMissing,
    needs,
    ...(differences.length > 0 && { differences }),
  },
});

/** A problem as `--json` and the panels show it. */
export function findingView({ code, severity, message, file, range }: Problem): FindingView {
  return { code, severity, message, ...(file !== undefined && { file }), ...(range && { range }) };
}

/** A danger as `--json` and the panels show it. A parser's message may quote the script: secrets are masked. */
export const dangerView = (danger: PlannedDanger, redact: (text: string) => string): DangerView => ({
  ...danger,
  message: redact(danger.message),
  saferForm: redact(danger.saferForm),
  needsConfirmation: needsConfirmation(danger),
});
