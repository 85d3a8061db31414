import { window } from 'vscode';
import type { OperationView, RunView, SettleRequest } from '../../protocol/index.ts';

/** Asks what became of each statement that was in flight when the last attempt broke off. Undefined: the person gave up. */
export async function askSettlements(run: Pick<RunView, 'operations'>): Promise<readonly SettleRequest[] | undefined> {
  const settled: SettleRequest[] = [];
  for (const operation of run.operations.filter(isInFlight)) {
    const answer = await askSettlement(operation);
    if (!answer) return undefined;
    settled.push(answer);
  }
  return settled;
}

const isInFlight = ({ error }: OperationView): boolean => error?.code === 'STATEMENT_IN_FLIGHT';

async function askSettlement({ id, name, error }: OperationView): Promise<SettleRequest | undefined> {
  const [done, not] = ['It Was Done', 'It Was Not Done'];
  const detail = `${error?.statement ? `${error.statement.slice(0, 400)}\n\n` : ''}Nobody here knows whether the server did it. Look at the target first: what was done is not sent again, what was not done is.`;
  const place = error?.line === undefined ? '' : ` (${error.file}, line ${error.line})`;
  const answer = await window.showWarningMessage(
    `A statement of “${name}”${place} was in flight. What became of it?`,
    { modal: true, detail },
    done,
    not,
  );
  if (answer === undefined) return undefined;
  const reason = await window.showInputBox({
    title: answer === done ? 'The Statement Was Done' : 'The Statement Was Not Done',
    prompt: 'How you know. It is kept with the run and in the target’s history.',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A reason is needed.' : undefined),
  });
  if (reason === undefined || reason.trim() === '') return undefined;
  return { operation: id, statement: answer === done ? 'done' : 'not_done', reason };
}
