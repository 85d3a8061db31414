import type { AttemptRequest, Pace } from '../core/index.ts';
import type { Consent } from '../protocol/index.ts';

/** How an attempt goes about its operations: as a person said, else as the attempt before it. */
export function paceOf(
  { parallel, continueOnFailure }: Pick<Consent, 'parallel' | 'continueOnFailure'>,
  before?: Pace,
): Pick<AttemptRequest, 'pace'> {
  const pace = {
    parallel: parallel ?? before?.parallel ?? 1,
    continueOnFailure: continueOnFailure ?? before?.continueOnFailure ?? false,
  };
  return pace.parallel > 1 || pace.continueOnFailure ? { pace } : {};
}
