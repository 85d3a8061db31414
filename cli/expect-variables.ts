import { exitCodes, type PlanView } from '../protocol/index.ts';
import { CommandFailure } from './context.ts';

/** A plan alone warns of what is missing, since it may be made elsewhere. Spec: orchestration, "Enhanced Deploy Command". */
export function expectVariables({ findings }: PlanView): void {
  const problems = findings.filter(({ code }) => code === 'MISSING_VARIABLE');
  if (problems.length === 0) return;
  const message = 'Variables that are required have no value; nothing was run.';
  throw new CommandFailure({ code: 'VALIDATION_FAILED', message, exitCode: exitCodes.invalidInput, problems });
}
