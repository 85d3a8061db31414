import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../../core/index.ts';

const split = (chunks: readonly string[], longest = 100, nowMs = 0) => {
  const splitter = createLineSplitter(longest);
  return [...chunks.flatMap((chunk) => splitter.write(chunk, nowMs)), ...splitter.end()];
};
const texts = (chunks: readonly string[], longest?: number) => split(chunks, longest).map(({ text }) => text);

describe('the splitter of lines', () => {
  it('gives whole lines, empty ones too, and the last one without its end', () => {
    expect(texts(['a\n\nb', 'c\r', '\nd'])).toEqual(['a', '', 'bc', 'd']);
    expect(texts([])).toEqual([]);
    expect(texts(['a\n'])).toEqual(['a']);
  });

  it('keeps the last state of a line that carriage returns rewrite, and one a second before it', () => {
    const splitter = createLineSplitter(100);
    const shown = [
      splitter.write('1%\r2%\r3%', 0),
      splitter.write('\r4%\r5%', 900),
      splitter.write('\r6%\r7%', 1_000),
      splitter.write('\r100%\r\nnext\n', 1_100),
    ].map((lines) => lines.map(({ text }) => text));
    expect(shown).toEqual([['1%'], [], ['5%'], ['100%', 'next']]);
  });

  it('gives a line that is too long in pieces that go on, torn between words where there are some', () => {
    expect(split([`${'x'.repeat(250)}\ny\n`])).toEqual([
      { text: 'x'.repeat(100), continues: true },
      { text: 'x'.repeat(100), continues: true },
      { text: 'x'.repeat(50), continues: false },
      { text: 'y', continues: false },
    ]);
    expect(texts(['one two three four'], 10)).toEqual(['one two ', 'three four']);
    expect(texts(['aaa\u{1f600}b'], 4)).toEqual(['aaa', '\u{1f600}b']);
  });

  it('gives the same lines however the text comes, and every character of it', () => {
    const text = fc.array(fc.constantFrom('a', 'bc', ' ', '\n', '\r\n', '\u{1f600}'), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (parts, cuts) => {
        const whole = parts.join('');
        const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length])].sort(
          (a, b) => a - b,
        );
        const chunks = at.slice(1).map((end, i) => whole.slice(at[i], end));
        const joined = (lines: readonly { text: string; continues: boolean }[]) =>
          lines.map((line) => line.text + (line.continues ? '' : '\n')).join('');
        const lines = split(chunks, 7);
        expect(joined(lines)).toBe(
          `${whole.replaceAll('\r\n', '\n').replace(/\n?$/, '\n')}`.replace(/^\n$/, whole === '' ? '' : '\n'),
        );
        expect(lines.every((line) => line.text.length <= 7)).toBe(true);
      }),
    );
  });
});
