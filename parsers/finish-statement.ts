import type { ClientAction } from './client-action.ts';
import { actionInsteadOf } from './client-commands.ts';
import { copyDataAt } from './copy-data.ts';
import { type FileState, fileOf, report } from './file-state.ts';
import { COPY_BINARY, COPY_CROWDED, COPY_IN_VALUE, COPY_OPEN, settingProblem } from './messages.ts';

/**
 * Ends the open statement, if there is one, at its delimiter, which ends at `end`. What the client would do itself is performed instead
 * of being kept; the data of a COPY are read with it.
 */
export function finishStatement(
  state: FileState,
  end: number,
  perform: (state: FileState, action: ClientAction, at: number) => void,
): void {
  const { open, reading } = state;
  const { rules, listener } = reading;
  state.open = undefined;
  if (!open) return;
  const built = open.build();
  const action = actionInsteadOf(rules, built.text, built.keywords);
  listener.end?.(action?.type !== 'delimiter');
  if (action) {
    perform(state, action, open.offset);
    return;
  }
  const problem = settingProblem(rules, built.text, built.keywords);
  if (problem) report(state, 'SQL_CLIENT_COMMAND', problem, open.offset);
  const copyData = rules.client === 'psql' && open.copy.readsStdin() ? readData(state, end, open) : undefined;
  reading.statements.push({
    ...built,
    start: state.position(built.offset),
    ...(copyData !== undefined && { copyData }),
    ...fileOf(state),
  });
}

/** Takes the data from the lines behind the statement, and lets reading go on behind them. */
function readData(state: FileState, end: number, open: NonNullable<FileState['open']>): string | undefined {
  const [file, ...values] = state.frames;
  if (values.length > 0) {
    report(state, 'SQL_CLIENT_COMMAND', COPY_IN_VALUE, open.offset);
    return undefined;
  }
  const found = copyDataAt(file.text, end);
  if (open.copy.isBinary()) report(state, 'SQL_CLIENT_COMMAND', COPY_BINARY, open.offset);
  if (found.crowdedAt !== undefined) report(state, 'SQL_CLIENT_COMMAND', COPY_CROWDED, found.crowdedAt);
  if (!found.isClosed) report(state, 'SQL_UNTERMINATED', COPY_OPEN, open.offset);
  state.reading.listener.data?.(found.data);
  file.at = found.end;
  return found.data;
}
