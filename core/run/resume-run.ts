import type { Digest } from '../model/ids.ts';
import type { RunRecord } from '../model/record.ts';
import type { RunEventBody, ScriptAmendment } from '../model/run.ts';
import { isResumable, runStatus } from '../model/run-status.ts';
import type { World } from '../ports/world.ts';
import type { AttemptEnd, AttemptRequest } from './attempt-request.ts';
import { type Skip, skipped, withSkips } from './skip-operation.ts';
import { attemptStarted } from './start-run.ts';
import { acquire, letGo, refusalOf, runUnderLease } from './under-lease.ts';

/** A resume: `plan` in the request is the stored plan, or the amended one that was confirmed. */
export interface ResumeRequest extends AttemptRequest {
  readonly storedDigest: Digest;
  readonly amendments: readonly ScriptAmendment[];
  readonly skips: readonly Skip[];
  /** The number of the last event that the person who resumes has seen. */
  readonly seenSeq: number;
  /** Reads the journal again; called while the lease is held, so that nobody else writes it. */
  readonly reload: () => Promise<RunRecord>;
}

/**
 * The next attempt of a run. The lease comes first: before it another process may be writing the journal. Events before
 * `attempt.started` are for the screen only. Spec: rulings, "Resume".
 */
export async function* resumeRun(
  request: ResumeRequest,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<RunEventBody, AttemptEnd> {
  const acquired = yield* acquire(request, world, signal);
  if (acquired.type !== 'acquired') return { type: 'refused', ...refusalOf(acquired) };
  let isHandedOver = false;
  try {
    const record = await request.reload();
    if (record.lastSeq !== request.seenSeq) return changed(record);
    yield attemptStarted(request);
    if (request.amendments.length > 0) {
      yield {
        type: 'plan.amended',
        from: request.storedDigest,
        to: request.plan.digest,
        amendments: request.amendments,
      };
    }
    for (const skip of request.skips) {
      const attempts = record.operations.find(({ id }) => id === skip.operation)?.attempts ?? 0;
      yield skipped(skip, request.by, attempts);
    }
    isHandedOver = true;
    return yield* runUnderLease(request, acquired, withSkips(record, request.skips), world, signal);
  } finally {
    if (!isHandedOver) await letGo(request, acquired, world);
  }
}

function changed(record: RunRecord): AttemptEnd {
  const status = runStatus(record, 'dead');
  const next = isResumable(status) ? 'Resume again to go on from there.' : 'There is nothing to resume.';
  return {
    type: 'refused',
    code: 'RUN_CHANGED',
    message: `Somebody else resumed the run in the meantime; it is ${status} now. ${next}`,
  };
}
