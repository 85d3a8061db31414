import type { Position, SqlSyntaxProblem } from '../core/index.ts';
import { createLineReader } from './line-reader.ts';
import type { ReadFile, Reading } from './reading.ts';
import type { ReadText, StatementBuilder } from './statement-builder.ts';
import { lineCommentEnd } from './tokens.ts';

/** A text on the way: the file, and above it the values that stand where reading has come to. */
export interface Frame extends ReadText {
  at: number;
  /** For a value, its variable. */
  readonly variable: string | undefined;
}

/** How far a file has been read. */
export interface FileState {
  readonly reading: Reading;
  readonly file: ReadFile;
  /** The file first; the last one is read from. */
  readonly frames: [Frame, ...Frame[]];
  /** The variables whose values are being read: none of them stands for itself inside. */
  readonly active: Set<string>;
  readonly position: (offset: number) => Position;
  /** Where the line of the file that an offset stands in ends; many commands may stand in one line. */
  readonly lineEnd: (offset: number) => number;
  open: StatementBuilder | undefined;
  /** Levels of `\if` that are open. */
  conditions: number;
}

export const createFileState = (reading: Reading, file: ReadFile): FileState => ({
  reading,
  file,
  frames: [{ text: file.text, at: 0, valueAt: undefined, variable: undefined }],
  active: new Set(),
  position: createLineReader(file.text),
  lineEnd: createLineEnds(file.text, reading),
  open: undefined,
  conditions: 0,
});

function createLineEnds(text: string, { rules }: Reading): (offset: number) => number {
  let known = { from: 0, end: -1 };
  return (offset) => {
    if (offset < known.from || offset > known.end) known = { from: offset, end: lineCommentEnd(text, offset, rules) };
    return known.end;
  };
}

export const topFrame = (state: FileState): Frame => state.frames.at(-1) ?? state.frames[0];

/** What names the file in statements, directives and problems. */
export const fileOf = ({ file }: FileState): { readonly file?: string } =>
  file.name === undefined ? {} : { file: file.name };

export function report(state: FileState, code: SqlSyntaxProblem['code'], message: string, offset: number): void {
  state.reading.problems.push({ code, message, position: state.position(offset), ...fileOf(state) });
}
