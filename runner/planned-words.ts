import {
  type CommandOperation,
  commandText,
  expectationText,
  irreversibleText,
  isCommand,
  type Operation,
} from '../core/index.ts';
import type { PlannedView } from '../protocol/index.ts';

/** What an operation does and expects, in words for those who only show it: the very command that will run, and what a query must give. */
export function plannedWords(operation: Operation): Pick<PlannedView, 'command' | 'verify' | 'expects' | 'note'> {
  if (isCommand(operation)) return commandWords(operation);
  switch (operation.type) {
    case 'sql_check':
      return { expects: expectationText(operation.expect) };
    case 'irreversible':
      return { note: `stays as it is: ${irreversibleText(operation)}` };
    default:
      return {};
  }
}

function commandWords({ command, verify }: CommandOperation): Pick<PlannedView, 'command' | 'verify'> {
  if (!verify) return { command: commandText(command) };
  const tells =
    verify.type === 'sql' ? `${verify.sql} gives ${expectationText(verify.expect)}` : commandText(verify.command);
  return { command: commandText(command), verify: tells };
}
