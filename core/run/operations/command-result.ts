import type { CommandOperation } from '../../model/operation.ts';
import type { CommandEnd, Leftovers } from '../../ports/processes.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { cancelled, failed, type OperationResult, succeeded } from '../operation-result.ts';

const allEnded = 'It and everything that it had started was ended.';

/** What the end of a command means for its step. Only where processes of it are left is the outcome unknown. Spec: rulings, "Timeout and unknown". */
export function commandResult(
  end: CommandEnd,
  operation: CommandOperation,
  context: Pick<OperationContext, 'log' | 'run'>,
): OperationResult {
  switch (end.type) {
    case 'exited':
      tellLeftovers(end, context);
      if (end.code === 0) return succeeded();
      return failed({ code: 'COMMAND_FAILED', message: `${nameOf(operation)} exited with ${end.code}.` });
    case 'signalled':
      tellLeftovers(end, context);
      return failed({
        code: 'COMMAND_FAILED',
        message: `${nameOf(operation)} was ended by ${end.signal}, which this run did not send.`,
      });
    case 'timeout':
      return failed({ code: 'TIMEOUT', message: `${nameOf(operation)} ${limitOf(end, operation)}. ${allEnded}` });
    case 'cancelled':
      return cancelled(`${nameOf(operation)} was cancelled. ${allEnded}`);
    case 'could-not-start':
      return failed({ code: 'COMMAND_NOT_STARTED', message: whyNotStarted(end, operation) }, false);
    case 'abandoned':
      return { outcome: 'unknown', retryable: false, failure: abandoned(end, operation, context.run) };
  }
}

/** The program, or the beginning of the text for the shell in quotes. */
export function nameOf({ command }: Pick<CommandOperation, 'command'>): string {
  if (command.type === 'argv') return shortened(command.argv[0] ?? '');
  return `"${shortened(command.text.trim().replace(/\s+/g, ' '))}"`;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function tellLeftovers({ ended, keptOutputOpen }: Leftovers, { log }: Pick<OperationContext, 'log'>): void {
  if (ended === 0) return;
  const processes = ended === 1 ? 'One process' : `${ended} processes`;
  const open = keptOutputOpen
    ? ' A background process kept its output open; what it would have written is not here.'
    : '';
  log(info(`${processes} that the command had left in the background ${ended === 1 ? 'was' : 'were'} ended.${open}`));
}

const limitOf = ({ limit }: Extract<CommandEnd, { type: 'timeout' }>, operation: CommandOperation): string =>
  limit === 'total'
    ? `took longer than its time limit of ${operation.timeoutSec} s`
    : `wrote nothing for ${operation.inactivitySec} s`;

function whyNotStarted(end: Extract<CommandEnd, { type: 'could-not-start' }>, operation: CommandOperation): string {
  const program = operation.command.type === 'argv' ? (operation.command.argv[0] ?? '') : '/bin/sh';
  switch (end.why) {
    case 'missing':
      return `There is no program "${program}". A program of the project is written with its path, such as "./scripts/deploy.sh". Nothing was run.`;
    case 'not-permitted':
      return `"${program}" may not be executed. Make it executable (chmod +x), or begin the list with what executes it. Nothing was run.`;
    case 'other':
      return `"${program}" could not be started: ${end.message} Nothing was run.`;
  }
}

function abandoned(
  { after, survivors }: Extract<CommandEnd, { type: 'abandoned' }>,
  operation: CommandOperation,
  run: string,
) {
  const what = { exit: 'ended', timeout: 'took too long', cancel: 'was cancelled' }[after];
  const left =
    survivors.length === 0
      ? 'whether everything that it had started has ended cannot be seen on this system'
      : `processes that it had started could not be ended: ${survivors.join(', ')}`;
  const next = operation.verify
    ? `End them and resume; "verify" then tells whether its work is done: srdeploy resume ${run}`
    : `End them, look whether its work is done, and say which it is: srdeploy resume ${run} --settle ${operation.id}=done|not-done --reason "…"`;
  return { code: 'COMMAND_ABANDONED', message: `${nameOf(operation)} ${what}, and ${left}. ${next}` };
}
