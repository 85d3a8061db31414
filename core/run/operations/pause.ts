import { linkedAbort } from '../../base/linked-abort.ts';
import type { PauseOperation } from '../../model/operation.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { cancelled, failed, leaseLost, type OperationResult, succeeded } from '../operation-result.ts';

/** Waits until a person continues. */
export async function runPause(
  operation: PauseOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  if (context.autoContinue) {
    context.log(info('Passed without waiting, as asked for at the start.'));
    return succeeded('passed automatically');
  }
  context.waiting({ reason: 'pause', message: operation.message });
  const by = await continuedInTime(operation, context, signal);
  if (by === undefined) {
    if (signal.aborted) return cancelled('Cancelled at the pause.');
    return failed({ code: 'TIMEOUT', message: `Nobody continued within ${operation.timeoutSec} s.` });
  }
  if (!(await context.lease.confirm())) return leaseLost();
  context.continued(by);
  return succeeded(`continued by ${by}`);
}

async function continuedInTime(
  operation: PauseOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { operator, clock } = context.world;
  const left = context.remainingMs();
  if (left === undefined) return operator.continued(operation.id, signal);
  const { controller, unlink } = linkedAbort(signal);
  try {
    return await Promise.race([
      operator.continued(operation.id, controller.signal),
      clock.sleep(left, controller.signal).then(() => undefined),
    ]);
  } finally {
    controller.abort();
    unlink();
  }
}
