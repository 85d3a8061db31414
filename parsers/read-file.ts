import { backslashCommand, type CommandPlace, clientCommentEnd, commandInsteadOfStatement } from './client-commands.ts';
import { createFileState, type FileState, type Frame, report, topFrame } from './file-state.ts';
import { finishStatement } from './finish-statement.ts';
import { insertVariable } from './insert-variable.ts';
import { COMMAND_IN_VALUE, unfinishedMessage, unterminatedMessage, unterminatedValueMessage } from './messages.ts';
import { performAction } from './perform-action.ts';
import type { ReadFile, Reading } from './reading.ts';
import { createStatementBuilder, type ReadText } from './statement-builder.ts';
import { type Token, tokenAt } from './tokens.ts';

/** Reads a file as the vendor's client does, into the statements, directives and problems of the reading. Never throws. */
export function readFile(reading: Reading, file: ReadFile): void {
  const state = createFileState(reading, file);
  while (readOn(state));
  const unfinished = state.open?.isUnfinished();
  if (state.open && unfinished) {
    report(state, 'SQL_UNTERMINATED', unfinishedMessage(unfinished, reading.rules), state.open.offset);
  }
  if (state.open) finishStatement(state, file.text.length, performHere);
}

const performHere: Parameters<typeof finishStatement>[2] = (state, action, at) =>
  performAction(state, action, at, readFile);

/** Reads one token or command; false at the end of the file. */
function readOn(state: FileState): boolean {
  const frame = topFrame(state);
  if (frame.at >= frame.text.length) return leaveValue(state);
  if (!state.open && frame.valueAt === undefined && readCommand(state, frame)) return true;
  if (state.reading.rules.client === 'psql' && frame.text[frame.at] === ':' && insertVariable(state, frame))
    return true;
  const token = nextToken(state, frame);
  if (token.kind === 'command') readBackslash(state, frame);
  else {
    frame.at = token.end;
    readToken(state, frame, token);
  }
  return true;
}

function nextToken({ open, reading }: FileState, { text, at }: Frame): Token {
  const endsConditional = open?.isConditional() && text.startsWith('*/', at);
  if (endsConditional) return { kind: 'symbol', start: at, end: at + 2, closed: true };
  return tokenAt(text, at, reading.rules, reading.delimiter);
}

function leaveValue(state: FileState): boolean {
  if (state.frames.length === 1) return false;
  const left = state.frames.pop();
  if (left?.variable !== undefined) state.active.delete(left.variable);
  return true;
}

const placeOf = ({ reading, open, lineEnd }: FileState, { text, at }: Frame): CommandPlace => ({
  text,
  at,
  rules: reading.rules,
  delimiter: reading.delimiter,
  lineEnd: () => lineEnd(at),
  variables: reading.variables,
  hasStatement: open !== undefined,
});

/** A command or a client's comment in place of a statement. */
function readCommand(state: FileState, frame: Frame): boolean {
  const place = placeOf(state, frame);
  const comment = clientCommentEnd(place);
  if (comment !== undefined) frame.at = comment;
  const command = comment === undefined ? commandInsteadOfStatement(place) : undefined;
  if (!command) return comment !== undefined;
  const { at } = frame;
  frame.at = command.end;
  if (command.normal !== undefined) state.reading.listener.command?.(command.normal);
  performHere(state, command.action, at);
  return true;
}

function readBackslash(state: FileState, frame: Frame): void {
  const { at, text } = frame;
  const { rules, listener } = state.reading;
  const second = text[at + 1];
  if (rules.client === 'psql' && (second === ';' || second === ':')) {
    frame.at = at + 2;
    if (second === ':') take(state, { text: ':', valueAt: frame.valueAt ?? at }, wholeToken(':'));
    else readToken(state, frame, { kind: 'delimiter', start: at + 1, end: at + 2, closed: true });
    return;
  }
  if (frame.valueAt !== undefined) {
    frame.at = frame.text.length;
    report(state, 'SQL_CLIENT_COMMAND', COMMAND_IN_VALUE, frame.valueAt);
    return;
  }
  const command = backslashCommand(placeOf(state, frame));
  frame.at = command.end;
  if (command.normal !== undefined) listener.command?.(command.normal);
  performHere(state, command.action, at);
}

const wholeToken = (text: string): Token => ({ kind: 'symbol', start: 0, end: text.length, closed: true });

function readToken(state: FileState, frame: Frame, token: Token): void {
  const { valueAt, variable } = frame;
  if (!token.closed && valueAt === undefined) {
    report(state, 'SQL_UNTERMINATED', unterminatedMessage(frame.text, token), token.start);
  } else if (!token.closed) report(state, 'SQL_UNTERMINATED', unterminatedValueMessage(variable ?? ''), valueAt ?? 0);
  if (token.kind === 'space' || token.kind === 'comment') state.open?.add(frame, token);
  else if (token.kind === 'delimiter' && !(state.reading.delimiter === ';' && state.open?.holds())) {
    finishStatement(state, token.end, performHere);
  } else take(state, frame, token);
}

/** Adds a significant token to the statement, which may begin with it. */
function take(state: FileState, from: ReadText, token: Token): void {
  const { rules, listener } = state.reading;
  state.open ??= createStatementBuilder(from.valueAt ?? token.start, rules);
  state.open.add(from, token);
  listener.token?.(from.text.slice(token.start, token.end));
}
