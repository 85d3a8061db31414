import { window } from 'vscode';
import { type OperationId, operationId, type RunView } from '../../core/index.ts';
import { askRun } from '../control-client.ts';
import type { Desk } from '../desk.ts';
import { isOpenRun } from '../runs-store.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Lets a run go on that stands at a pause. */
export async function continueRun(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Continue Deployment', (run) => pausedAt(run) !== undefined);
  if (!ref) return;
  const operation = namedOperation(argument) ?? (await pauseOf(desk, ref));
  if (operation === undefined) {
    void window.showInformationMessage('The run does not stand at a pause.');
    return;
  }
  const answer = await askRun(ref, desk.actor, { type: 'continue', operation });
  if (answer.type !== 'accepted') void window.showErrorMessage(`The run was not continued. ${answer.message}`);
}

const pausedAt = (run: RunView): OperationId | undefined =>
  isOpenRun(run) ? run.operations.find(({ waiting }) => waiting?.reason === 'pause')?.id : undefined;

function namedOperation(argument: unknown): OperationId | undefined {
  const { operation } = (argument ?? {}) as { readonly operation?: unknown };
  return typeof operation === 'string' ? operationId(operation) : undefined;
}

async function pauseOf(desk: Desk, ref: Parameters<Desk['runs']['find']>[0]): Promise<OperationId | undefined> {
  const answer = await desk.serve.ask('run', ref);
  return answer.ok ? pausedAt(answer.reply.run) : undefined;
}
