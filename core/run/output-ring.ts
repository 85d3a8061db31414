import type { OutputStream } from '../model/run.ts';

/** A stretch of an operation's output. */
export interface OutputPiece {
  readonly stream: OutputStream;
  readonly text: string;
  /** A line of its own; otherwise a stretch of its stream. */
  readonly isLine: boolean;
}

/** The last stretches of what was added: at least `length` UTF-16 units where there is as much, and never more than twice that. */
export function createOutputRing(length: number) {
  let pieces: OutputPiece[] = [];
  let held = 0;
  /** Streams that lost something, and whether what is left of them begins inside of a line. */
  const torn = new Map<OutputStream, boolean>();
  const forget = (lost: readonly OutputPiece[]): void => {
    for (const { stream, text, isLine } of lost) {
      held -= text.length;
      if (!isLine) torn.set(stream, !text.endsWith('\n'));
    }
  };
  return {
    add(piece: OutputPiece): void {
      if (piece.text.length > length) {
        forget(pieces);
        torn.set(piece.stream, true);
        pieces = [{ ...piece, text: piece.text.slice(-length) }];
        held = length;
        return;
      }
      pieces.push(piece);
      held += piece.text.length;
      if (held < length * 2) return;
      let from = 0;
      for (let left = held; left - lengthOf(pieces[from]) >= length; from++) left -= lengthOf(pieces[from]);
      forget(pieces.slice(0, from));
      pieces = pieces.slice(from);
    },
    pieces: (): readonly OutputPiece[] => pieces,
    torn: (): ReadonlySet<OutputStream> => new Set([...torn].flatMap(([stream, isTorn]) => (isTorn ? [stream] : []))),
  };
}

const lengthOf = (piece: OutputPiece | undefined): number => piece?.text.length ?? 0;
