import { type FileState, type Frame, report } from './file-state.ts';
import { TOO_MUCH, unknownOfPsql } from './psql-arguments.ts';
import { isSetByPsql, type VariableUse, variableText, variableUseAt } from './psql-variables.ts';
import { createStatementBuilder, type ReadText } from './statement-builder.ts';

/**
 * Puts a variable's value in the place of its name at the colon that is read next. The value of `:name` is read as SQL, with further
 * names in it; `:'name'` and `:"name"` are one token. Names without a value stay as they are. False where psql knows no name. Spec: the manual of psql, "SQL Interpolation".
 */
export function insertVariable(state: FileState, frame: Frame): boolean {
  const { variables, interpolates } = state.reading;
  const use = interpolates ? variableUseAt(frame.text, frame.at) : undefined;
  if (!use) return false;
  const valueAt = frame.valueAt ?? frame.at;
  const value = variables.get(use.name);
  if (use.form === 'test') {
    insertToken(state, { text: value === undefined && !isSetByPsql(use.name) ? 'FALSE' : 'TRUE', valueAt });
  } else if (use.form === 'plain' && state.active.has(use.name)) keepAsWritten(state, frame, use.end);
  else if (value === undefined) {
    reportUnknown(state, use, valueAt);
    keepAsWritten(state, frame, use.end);
  } else if (!variables.mayInsert(value)) {
    tellTooMuch(state, valueAt);
    keepAsWritten(state, frame, use.end);
  } else if (use.form === 'plain') {
    state.frames.push({ text: value, at: 0, valueAt, variable: use.name });
    state.active.add(use.name);
  } else insertToken(state, { text: variableText(use.form, value), valueAt });
  frame.at = use.end;
  return true;
}

/** The name is one token, although the server reads more of `:a$b` as a word. */
function keepAsWritten(state: FileState, frame: Frame, end: number): void {
  state.open ??= createStatementBuilder(frame.valueAt ?? frame.at, state.reading.rules);
  state.open.add(frame, { kind: 'symbol', start: frame.at, end, closed: true });
}

function insertToken(state: FileState, from: ReadText): void {
  state.open ??= createStatementBuilder(from.valueAt ?? 0, state.reading.rules);
  state.open.add(from, { kind: 'quoted', start: 0, end: from.text.length, closed: true });
}

/** In brackets a colon may be SQL, as in `a[i:j]` and `JSON_OBJECT('a':b)`; elsewhere the server would refuse it in the middle of the script. */
function reportUnknown(state: FileState, { name }: VariableUse, at: number): void {
  if (isSetByPsql(name)) report(state, 'SQL_UNKNOWN_VARIABLE', unknownOfPsql(name), at);
  else if (!state.open?.isInBrackets()) {
    report(
      state,
      'SQL_UNKNOWN_VARIABLE',
      `The variable ${name} is not set. Set it above with \\set ${name} value.`,
      at,
    );
  }
}

/** Told once; afterwards names are left as they are. */
function tellTooMuch(state: FileState, at: number): void {
  if (!state.reading.toldTooMuch) report(state, 'SQL_CLIENT_COMMAND', TOO_MUCH, at);
  state.reading.toldTooMuch = true;
}
