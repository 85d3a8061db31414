import type { Approval } from '../model/approval.ts';
import { needsConfirmation, type PlannedDanger } from '../model/danger.ts';
import type { Digest, OperationId } from '../model/ids.ts';
import type { Need } from '../model/need.ts';
import type { Plan } from '../model/plan.ts';
import type { ScriptAmendment } from '../model/run.ts';
import { isProduction } from '../model/target.ts';
import { irreversibleText } from '../plan/irreversible-text.ts';
import { approvalsNeeded, countingApprovals } from './judge-approvals.ts';

/** What people have given so far. */
export interface Given {
  readonly approvals: readonly Approval[];
  /** Texts typed by a person. */
  readonly confirmations: readonly string[];
  /** Confirms what needs no typed text. */
  readonly yes: boolean;
  /** Checksums of the mended scripts that the person was shown; undefined confirms any. */
  readonly seen?: readonly Digest[] | undefined;
  /** Steps without a way back that may be left as they are. */
  readonly skipIrreversible?: readonly string[] | undefined;
  /** Who starts the run. */
  readonly by: string;
}

/**
 * What a run or a resume still needs: one need, one dialog or flag. Empty means go. `dangers` are those of the migrations that it would
 * run, read from the target just now. Spec: rulings, "Approval", "Production", "Resume".
 */
export function needsToRun(
  plan: Plan,
  amendments: readonly ScriptAmendment[],
  given: Given,
  dangers: readonly PlannedDanger[],
): readonly Need[] {
  return [
    ...approvalNeed(plan, given),
    ...(isProduction(plan.target) && !given.confirmations.includes(plan.target.id)
      ? [{ type: 'confirm-target' as const, target: plan.target.id, text: plan.target.id }]
      : []),
    ...dangerNeeds(plan, dangers, given),
    ...historyNeed(plan, given),
    ...rollbackNeeds(plan, given),
    ...(amendments.length > 0 && !isConfirmed(amendments, given)
      ? [{ type: 'confirm-amendment' as const, amendments }]
      : []),
  ];
}

/** On production each dangerous migration is confirmed by name, so that nobody waves a heap of them through. */
function dangerNeeds(plan: Plan, dangers: readonly PlannedDanger[], given: Given): Need[] {
  if (!isProduction(plan.target)) return [];
  return plan.operations.flatMap((operation) => {
    const found = dangers.filter((danger) => danger.operation === operation.id && needsConfirmation(danger));
    const text = dangerConfirmation(plan, operation.id);
    if (operation.type !== 'migration' || found.length === 0 || given.confirmations.includes(text)) return [];
    const unique = (texts: readonly string[]) => [...new Set(texts)];
    return [
      {
        type: 'confirm-danger' as const,
        operation: operation.id,
        file:
          operation.action === 'roll_back' && typeof operation.rollback === 'object'
            ? operation.rollback.path
            : operation.script.path,
        codes: unique(found.map(({ code }) => code)),
        messages: unique(found.map(({ message }) => message)),
        text,
      },
    ];
  });
}

/** What is typed to confirm a dangerous migration: its step's id, unless that is what the target itself is confirmed with. */
const dangerConfirmation = (plan: Plan, operation: OperationId): string =>
  String(operation) === String(plan.target.id) ? `step ${operation}` : operation;

/** What changes the history alone is confirmed too, since it decides what later runs leave out; on production the typed id does that. */
function historyNeed(plan: Plan, given: Given): Need[] {
  if (plan.purpose?.type !== 'history' || given.yes || isProduction(plan.target)) return [];
  const files = plan.operations.flatMap((one) => (one.type === 'migration' ? [one.script.path] : []));
  return [{ type: 'confirm-history', target: plan.target.id, files }];
}

/** A rollback is always confirmed (on production by the typed id), and every step that it leaves as it is by name. Spec: rulings, "Rollback". */
function rollbackNeeds(plan: Plan, given: Given): Need[] {
  if (plan.purpose?.type !== 'roll_back') return [];
  const left = plan.operations.flatMap((one) =>
    one.type === 'irreversible' && !given.skipIrreversible?.includes(one.id)
      ? [{ operation: one.id, name: one.name, message: irreversibleText(one) }]
      : [],
  );
  const { of } = plan.purpose;
  const files = plan.operations.flatMap((one) => (one.type === 'migration' ? [one.script.path] : []));
  return [
    ...(left.length > 0 ? [{ type: 'confirm-skip-irreversible' as const, operations: left }] : []),
    ...(given.yes || isProduction(plan.target)
      ? []
      : [{ type: 'confirm-rollback' as const, of, target: plan.target.id, files }]),
  ];
}

/** A text that was mended once more after the person was shown it is not confirmed. */
const isConfirmed = (amendments: readonly ScriptAmendment[], { yes, seen }: Given): boolean =>
  yes && amendments.every(({ after }) => seen?.includes(after) ?? true);

function approvalNeed(plan: Plan, given: Given): Need[] {
  if (!plan.approval.required) return [];
  const needed = approvalsNeeded(plan);
  const have = countingApprovals(plan, given).length;
  return have >= needed ? [] : [{ type: 'approval', have, needed, selfApproval: plan.approval.selfApproval }];
}
