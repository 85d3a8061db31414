import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { normalPath } from './compile-operations.ts';
import { useKey } from './script-uses.ts';
import type { TransactionMode } from './transaction-mode.ts';

/** Migrations that cannot share a transaction although the plan asks for one, each with the reason. */
export function togetherProblems(document: PlanDocument, modes: ReadonlyMap<string, TransactionMode>): Problem[] {
  return document.steps.flatMap((step) => {
    if (step.type !== 'migration') return [];
    const path = normalPath(step.script.value);
    const mode = modes.get(useKey({ path, connection: step.via?.connection }));
    if (mode?.type !== 'alone') return [];
    const message = `${path} cannot share one transaction with the other migrations: it runs statement by statement (${mode.why}). Apply without "transaction: all", or run this file in a plan of its own.`;
    return [
      {
        code: 'TRANSACTION_ALL_IMPOSSIBLE',
        severity: 'error',
        message,
        file: path,
        range: undefined,
        related: [],
        fixes: [],
      },
    ];
  });
}
