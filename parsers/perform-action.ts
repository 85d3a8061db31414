import type { ClientAction } from './client-action.ts';
import { type FileState, fileOf, report } from './file-state.ts';
import { finishStatement } from './finish-statement.ts';
import { includedFile } from './include-file.ts';
import { CONDITION, RESTRICTED } from './messages.ts';
import type { ReadFile, Reading } from './reading.ts';

/** Does what a client command at `at` asks for. `readFile` reads an included file before reading goes on. */
export function performAction(
  state: FileState,
  action: ClientAction,
  at: number,
  readFile: (reading: Reading, file: ReadFile) => void,
): void {
  const { reading } = state;
  const refuse = (message: string) => report(state, 'SQL_CLIENT_COMMAND', message, at);
  if (reading.restriction !== undefined && action.type !== 'unrestrict') {
    refuse(RESTRICTED);
    return;
  }
  switch (action.type) {
    case 'nothing':
      return;
    case 'refused':
      refuse(action.message);
      return;
    case 'echo':
    case 'connect':
      reading.directives.push({
        ...action,
        before: reading.statements.length,
        position: state.position(at),
        ...fileOf(state),
      });
      return;
    case 'include':
      include(state, action, at, readFile);
      return;
    case 'set':
      if (reading.interpolates) reading.variables.set(action.name, action.value);
      return;
    case 'unset':
      reading.variables.unset(action.name);
      return;
    case 'delimiter':
      reading.delimiter = action.text;
      return;
    case 'terminate':
      finishStatement(state, state.frames[0].at, (inner, next, from) => performAction(inner, next, from, readFile));
      return;
    case 'end':
      endFile(state, refuse);
      return;
    case 'condition':
      condition(state, action.word, refuse);
      return;
    case 'restrict':
      reading.restriction = action.key;
      return;
    case 'unrestrict':
      unrestrict(reading, action.key, refuse);
      return;
  }
}

function include(
  state: FileState,
  command: { readonly path: string; readonly relative: boolean },
  at: number,
  readFile: (reading: Reading, file: ReadFile) => void,
): void {
  const { reading, file } = state;
  reading.listener.include?.(command.path, command.relative, at);
  if (!reading.follows) return;
  const found = includedFile(reading, file, command);
  if ('file' in found) readFile(reading, found.file);
  else report(state, found.code, found.message, at);
}

/** The file ends here; a statement that is open is sent without its semicolon. */
function endFile(state: FileState, refuse: (message: string) => void): void {
  const { client } = state.reading.rules;
  if (state.file.name !== undefined && (client === 'mysql' || client === 'isql')) {
    refuse('A file that another one reads cannot end the script. Remove the command.');
    return;
  }
  state.frames.length = 1;
  state.frames[0].at = state.frames[0].text.length;
}

/** Only the `\if` itself is refused, not what belongs to it. */
function condition(state: FileState, word: 'if' | 'elif' | 'else' | 'endif', refuse: (message: string) => void): void {
  if (word === 'if') {
    if (state.conditions === 0) refuse(CONDITION);
    state.conditions += 1;
  } else if (state.conditions === 0) refuse(`\\${word} stands here without an \\if.`);
  else if (word === 'endif') state.conditions -= 1;
}

function unrestrict(reading: Reading, key: string, refuse: (message: string) => void): void {
  if (reading.restriction === key) reading.restriction = undefined;
  else refuse(`\\unrestrict ${key} does not name the key of the \\restrict before it.`);
}
