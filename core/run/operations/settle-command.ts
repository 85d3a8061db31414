import type { CommandLine } from '../../model/command-line.ts';
import type { CommandOperation, CommandVerification } from '../../model/operation.ts';
import type { CommandEnd } from '../../ports/processes.ts';
import { meetsExpectation, rowsNeeded } from '../meets-expectation.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { type OperationResult, readOnlyResult, succeeded } from '../operation-result.ts';
import { nameOf } from './command-result.ts';

type Execute = (command: CommandLine) => Promise<CommandEnd>;
type Settled = { readonly type: 'done' | 'not-done' } | { readonly type: 'unclear'; readonly why: string };

/**
 * What became of a command that an attempt broke off in: a person's word, else what `verify` says, else a person is asked. Undefined where it is to
 * be run (again). Spec: facts of the engine, "unknown step resolved by its verify command".
 */
export async function settleCommand(
  operation: CommandOperation,
  execute: Execute,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult | undefined> {
  const word = context.settlements.find((one) => one.operation === operation.id);
  if (word) {
    const said = `${context.by} says that the command was ${word.statement === 'done' ? '' : 'not '}done: ${word.reason}`;
    context.log(info(said));
    return word.statement === 'done' ? succeeded(said) : undefined;
  }
  if (!operation.verify) return unsettled(operation, context, 'Nothing here tells how far it came.');
  context.log(info('An attempt broke off in this command: "verify" tells whether its work is done.'));
  const verdict = await verified(operation.verify, execute, context, signal);
  switch (verdict.type) {
    case 'done':
      return succeeded('settled by verify: its work was done');
    case 'not-done':
      context.log(info('Its work is not done: it is run again.'));
      return undefined;
    case 'unclear':
      return unsettled(operation, context, `"verify" gave no answer: ${verdict.why}`);
  }
}

function unsettled(operation: CommandOperation, context: OperationContext, why: string): OperationResult {
  const settle = `srdeploy resume ${context.run} --settle ${operation.id}`;
  const message = `An attempt broke off in ${nameOf(operation)}. ${why} Look whether its work is done and say which it is: ${settle}=done --reason "…" goes on behind it; ${settle}=not-done --reason "…" runs it again.`;
  return { outcome: 'unknown', retryable: false, failure: { code: 'COMMAND_UNSETTLED', message } };
}

async function verified(
  verify: CommandVerification,
  execute: Execute,
  context: OperationContext,
  signal: AbortSignal,
): Promise<Settled> {
  if (verify.type === 'command') return verdictOf(await execute(verify.command));
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return { type: 'unclear', why: opened.message };
  const limits = { timeoutMs: context.remainingMs() };
  const answer = await opened.session.query(verify.sql, rowsNeeded(verify.expect), limits, signal);
  if (answer.type === 'lost') await context.target.drop();
  if (answer.type !== 'done')
    return { type: 'unclear', why: readOnlyResult(answer, 'The query').failure?.message ?? '' };
  const { isMet, words } = meetsExpectation(answer.value, verify.expect);
  context.log(info(words));
  return { type: isMet ? 'done' : 'not-done' };
}

/** Only an exit code is an answer. */
function verdictOf(end: CommandEnd): Settled {
  switch (end.type) {
    case 'exited':
      return { type: end.code === 0 ? 'done' : 'not-done' };
    case 'signalled':
      return { type: 'unclear', why: `it was ended by ${end.signal}.` };
    case 'timeout':
      return { type: 'unclear', why: 'it took too long.' };
    case 'cancelled':
      return { type: 'unclear', why: 'it was cancelled.' };
    case 'could-not-start':
      return { type: 'unclear', why: `it could not be started (${end.message}).` };
    case 'abandoned':
      return { type: 'unclear', why: 'its processes could not be ended.' };
  }
}
