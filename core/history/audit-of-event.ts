import type { AuditEntryBody } from '../model/audit.ts';
import type { Digest, RunId, TargetId } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { RunEventBody } from '../model/run.ts';

/** What every entry of an attempt names. */
export interface AuditedAttempt {
  readonly by: string;
  readonly run: RunId;
  readonly target: TargetId;
  readonly plan_digest: Digest;
}

/** The entry that an event of an attempt is worth; undefined for most. The event has passed the gate: secrets are masked. */
export function auditOfEvent(event: RunEventBody, attempt: AuditedAttempt): AuditEntryBody | undefined {
  switch (event.type) {
    case 'plan.amended':
      return {
        ...attempt,
        action: 'plan.amended',
        plan_digest: event.to,
        details: { from: event.from, scripts: event.amendments.map(({ script }) => script) },
      };
    case 'lock.taken-over':
      return {
        ...attempt,
        action: 'lock.taken-over',
        reason: event.reason,
        details: { lock: event.from.id, holder: event.from.holder.who, held_for: event.from.run },
      };
    case 'lock.lost':
      return { ...attempt, action: 'lock.lost', reason: event.reason, details: { lock: event.lock } };
    case 'operation.continued':
      return { ...attempt, action: 'step.continued', by: event.by, operation: event.operation };
    case 'cancel.requested':
      return { ...attempt, action: 'run.cancelled', by: event.by };
    case 'run.finished':
      return {
        ...attempt,
        action: 'run.finished',
        ...(event.failure && { reason: event.failure.message }),
        details: { outcome: event.outcome, ...(event.failure && { code: event.failure.code }) },
      };
    default:
      return undefined;
  }
}

/** Names beyond so many are counted only. */
const namedFiles = 100;

/** The first entries of an attempt: that it began, and what of a target's history it changes by hand. */
export function auditOfBeginning(
  plan: Plan,
  attempt: AuditedAttempt,
  attemptNumber: number,
): readonly AuditEntryBody[] {
  const began: AuditEntryBody = {
    ...attempt,
    action: attemptNumber === 1 ? 'run.started' : 'run.resumed',
    details: {
      plan: plan.source.file,
      purpose: plan.purpose?.type ?? 'deploy',
      attempt: attemptNumber,
      ...(plan.purpose?.type === 'roll_back' && { of: plan.purpose.of }),
    },
  };
  const byHand = (['mark_applied', 'accept_change'] as const).flatMap((action): AuditEntryBody[] => {
    const chosen = plan.operations.flatMap((one) => (one.type === 'migration' && one.action === action ? [one] : []));
    const [first] = chosen;
    if (!first) return [];
    const files = chosen.slice(0, namedFiles).map(({ script }) => script.path);
    return [
      {
        ...attempt,
        action: action === 'mark_applied' ? 'history.marked-applied' : 'history.change-accepted',
        ...(first.reason !== undefined && { reason: first.reason }),
        details: { files, count: chosen.length, as: plan.source.name },
      },
    ];
  });
  return [began, ...byHand];
}
