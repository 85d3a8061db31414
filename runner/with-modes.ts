import { dialectOf, hasTransactionalDdl, type TransactionMode } from '../core/index.ts';
import type { PlanView } from '../protocol/index.ts';

/**
 * The operations of a plan with a note on each migration that would run statement by statement although its server takes others in a
 * transaction: why it does. `modes` is by the path of the script.
 */
export function withModes(
  { plan, operations }: Pick<PlanView, 'plan' | 'operations'>,
  modes: ReadonlyMap<string, TransactionMode>,
): PlanView['operations'] {
  if (!plan.connection || !hasTransactionalDdl(dialectOf(plan.connection))) return operations;
  return operations.map((view, i) => {
    const operation = plan.operations[i];
    const mode = operation?.type === 'migration' ? modes.get(operation.script.path) : undefined;
    if (mode?.type !== 'alone' || view.state === 'applied') return view;
    const note = `runs statement by statement: ${mode.why}`;
    return { ...view, note: view.note === undefined ? note : `${view.note}; ${note}` };
  });
}
