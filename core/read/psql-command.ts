import type { CommandLine } from '../model/command-line.ts';

const PSQL = /(?:^|[/\\])psql(?:\.exe)?$/i;
const STOPS = /ON_ERROR_STOP/;

/**
 * A command that runs `psql` as it is to be run: with `ON_ERROR_STOP`, since without it `psql` goes on after an SQL error and exits with 0. A text for
 * the shell is left as it is; rule P022 warns of it. Spec: rulings, "Commands and placeholders".
 */
export function withErrorStop(command: CommandLine): CommandLine {
  if (command.type !== 'argv' || !PSQL.test(command.argv[0] ?? '') || isStopping(command)) return command;
  const [program = '', ...rest] = command.argv;
  return { type: 'argv', argv: [program, '-v', 'ON_ERROR_STOP=1', ...rest] };
}

/**
 * As `withErrorStop`, also of a text for the shell: there `psql` becomes a function of the shell that adds the setting, so that the author's text
 * itself is run as it stands.
 */
export function stopsAtErrors(command: CommandLine): CommandLine {
  if (command.type === 'argv' || !goesOnAfterErrors(command)) return withErrorStop(command);
  return { ...command, prelude: 'psql() { command psql -v ON_ERROR_STOP=1 "$@"; }' };
}

/** True for a command that runs `psql` in a way that the engine cannot mend and that does not stop at errors. */
export function goesOnAfterErrors(command: CommandLine): boolean {
  if (isStopping(command)) return false;
  const words = command.type === 'shell' ? [command.text] : command.argv.slice(1);
  return words.some((word) => /(?:^|[\s;&|(`'"/])psql(?:\.exe)?(?=$|[\s;&|)`'"])/i.test(word));
}

const isStopping = (command: CommandLine): boolean =>
  STOPS.test(command.type === 'shell' ? command.text : command.argv.join(' '));
