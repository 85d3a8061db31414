/** A line of streamed text; `continues`: it was too long for one, and the stream's next line goes on with it. */
export interface SplitLine {
  readonly text: string;
  readonly continues: boolean;
}

/** Splits a stream of text into lines and holds back only what has no end yet. */
export interface LineSplitter {
  /** The lines that the text completes. `nowMs` is any time that only goes forward. */
  write(text: string, nowMs: number): readonly SplitLine[];
  /** What is held back, at the end of the stream. */
  end(): readonly SplitLine[];
  /** Takes out what is held back, as it was written. */
  take(): string;
}

/** Of a line that carriage returns rewrite, such as a progress bar, at most one state in this time is shown. Milliseconds. */
const progressMs = 1_000;
/** A piece of a long line ends at white space where there is some within this reach, so that no word is torn. UTF-16 units. */
const wordReach = 4_096;

/**
 * Lines end with LF or CRLF. Text behind a carriage return rewrites its line: the last state is kept, and one a second before it. A line
 * longer than `longest` UTF-16 units comes in pieces.
 */
export function createLineSplitter(longest: number): LineSplitter {
  let open = '';
  let isReturned = false;
  let shownAt = Number.NEGATIVE_INFINITY;

  const extend = (part: string, nowMs: number): SplitLine[] => {
    const lines: SplitLine[] = [];
    if (isReturned && nowMs - shownAt >= progressMs && open !== '') {
      shownAt = nowMs;
      lines.push({ text: open, continues: false });
    }
    open = isReturned ? part : open + part;
    isReturned = false;
    while (open.length > longest) {
      const end = pieceEnd(open, longest);
      lines.push({ text: open.slice(0, end), continues: true });
      open = open.slice(end);
    }
    return lines;
  };
  const take = (): string => {
    const taken = open;
    open = '';
    isReturned = false;
    return taken;
  };

  return {
    write(text, nowMs) {
      const lines: SplitLine[] = [];
      let from = 0;
      for (const { index, 0: control } of text.matchAll(/[\r\n]/g)) {
        if (index > from) lines.push(...extend(text.slice(from, index), nowMs));
        if (control === '\n') lines.push({ text: take(), continues: false });
        else isReturned = true;
        from = index + 1;
      }
      if (from < text.length) lines.push(...extend(text.slice(from), nowMs));
      return lines;
    },
    end: () => (open === '' ? [] : [{ text: take(), continues: false }]),
    take,
  };
}

/** Where a piece of a line that is too long ends: behind white space, and never inside of a surrogate pair. */
function pieceEnd(text: string, longest: number): number {
  for (let end = longest; end > Math.max(0, longest - wordReach); end--)
    if (/\s/.test(text.charAt(end - 1))) return end;
  const code = text.charCodeAt(longest - 1);
  return longest > 1 && code >= 0xd800 && code < 0xdc00 ? longest - 1 : longest;
}
