import { connectionOf, dialectOf, hasTransactionalDdl, type TransactionMode, useKey } from '../core/index.ts';
import type { PlanView } from '../protocol/index.ts';

/**
 * The operations of a plan with a note on each migration that would run statement by statement although its server takes others in a
 * transaction: why it does. `modes` is by `useKey`.
 */
export function withModes(
  { plan, operations }: Pick<PlanView, 'plan' | 'operations'>,
  modes: ReadonlyMap<string, TransactionMode>,
): PlanView['operations'] {
  return operations.map((view, i) => {
    const operation = plan.operations[i];
    if (operation?.type !== 'migration') return view;
    const { connection, script } = operation;
    if (!hasTransactionalDdl(dialectOf(connectionOf(plan, connection)))) return view;
    const mode = modes.get(useKey({ path: script.path, connection }));
    if (mode?.type !== 'alone' || view.state === 'applied') return view;
    const note = `runs statement by statement: ${mode.why}`;
    return { ...view, note: view.note === undefined ? note : `${view.note}; ${note}` };
  });
}
