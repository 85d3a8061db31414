import Anser from 'anser';

/** A stretch of a line in one look. `classes` is empty for plain text. */
export interface Span {
  readonly text: string;
  readonly classes: string;
}

const COLOURS = /\x1b\[([\d;]*)m/g;
const LONGEST_CARRY = 200;
const MOST_SPANS = 60;

/** The colour codes that are still in force after a line, to be put before the next one. */
export function carryAfter(carry: string, text: string): string {
  if (!text.includes('\x1b[')) return carry;
  let codes = carry;
  for (const [code, numbers = ''] of text.matchAll(COLOURS)) {
    const resets = numbers === '' || numbers === '0';
    codes = resets ? '' : codes + code;
  }
  return codes.slice(-LONGEST_CARRY).replace(/^[^\x1b]+/, '');
}

/** The spans of a line that begins with `carry` in force. A line of very many colours is shown without them. */
export function spansOf(text: string, carry: string): readonly Span[] {
  if (carry === '' && !text.includes('\x1b')) return [{ text, classes: '' }];
  const entries = new Anser().ansiToJson(carry + text, { json: true, use_classes: true, remove_empty: true });
  if (entries.length > MOST_SPANS) return [{ text: entries.map((entry) => entry.content).join(''), classes: '' }];
  return entries.map((entry) => ({
    text: entry.content,
    classes: [
      entry.fg && `${entry.fg}-fg`,
      entry.bg && `${entry.bg}-bg`,
      ...entry.decorations.map((decoration) => `ansi-${decoration}`),
    ]
      .filter(Boolean)
      .join(' '),
  }));
}
