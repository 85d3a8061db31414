import { describe, expect, it } from 'vitest';
import { createOperationLog, type LogLimits, logLimits } from '../../../core/index.ts';

const limits: LogLimits = { headBytes: 1_000, tailLines: 10, tailLength: 500, longestLine: 100 };
const logWith = (more: Partial<LogLimits> = {}) => createOperationLog({ ...limits, ...more }, () => 0);
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);

describe('the log of an operation', () => {
  it('gives every line as it comes below the limit', () => {
    const log = logWith();
    expect(log.text('stdout', 'one\ntw')).toEqual([{ stream: 'stdout', text: 'one' }]);
    expect(log.text('stderr', 'oops\n')).toEqual([{ stream: 'stderr', text: 'oops' }]);
    expect(log.line({ stream: 'info', text: 'ours' })).toEqual([{ stream: 'info', text: 'ours' }]);
    expect(log.end()).toEqual([{ stream: 'stdout', text: 'tw' }]);
    expect(log.last(2)).toEqual(['ours', 'tw']);
  });

  it('keeps the head up to the limit, then the last lines, and says exactly what lies between', () => {
    const log = logWith();
    const head = log.text('stdout', `${numbered(1, 1_000).join('\n')}\n`);
    expect(head.map(({ text }) => text)).toEqual(numbered(1, head.length));
    expect(head.length).toBeGreaterThan(10);
    expect(log.text('stdout', numbered(1_001, 9_999).join('\n'))).toEqual([]);
    const [note, ...tail] = log.end();
    expect(tail.map(({ text }) => text)).toEqual(numbered(9_990, 9_999));
    const left = numbered(head.length + 1, 9_989).join('\n').length + 1;
    expect(note).toEqual({
      stream: 'info',
      text: `… ${`${9_989 - head.length}`.replace(/(\d)(\d{3})$/, '$1,$2')} lines (${Math.round(left / 1e3)} kB) left out: the log of one try is cut at 1 kB ("log": { "max_mb" } in the deploy config) …`,
    });
    expect(log.last(2)).toEqual(['line 9998', 'line 9999']);
  });

  it('leaves nothing out where the rest fits into the tail', () => {
    const log = logWith({ headBytes: 100 });
    const head = log.text('stdout', 'a\nb\nc\nd\ne');
    const all = [...head, ...log.end()];
    expect(head.length).toBeLessThan(4);
    expect(all.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('does not lose the last word of a stream that said little under the flood of another', () => {
    const log = logWith();
    log.text('stdout', 'y\n'.repeat(100_000));
    log.text('stderr', 'the reason\n');
    log.line({ stream: 'info', text: 'ours' });
    const texts = log.end().map(({ text }) => text);
    expect(texts.slice(-2)).toEqual(['the reason', 'ours']);
    expect(texts[0]).toMatch(/^… 99,9\d\d lines \(200 kB\) left out/);
  });

  it('cuts lines without an end into pieces, and keeps the end of an endless one', () => {
    const log = logWith();
    const head = log.text('stdout', 'x'.repeat(5_000));
    expect(head.every(({ text, continues }) => text.length === 100 && continues)).toBe(true);
    for (let n = 0; n < 100; n++) log.text('stdout', 'x'.repeat(5_000));
    log.text('stdout', ' the end');
    const [note, ...tail] = log.end();
    expect(note?.text).toMatch(/^… 50\d kB left out/);
    expect(tail.at(-1)?.text).toMatch(/the end$/);
  });

  it('shows no torn half of a line at the beginning of the tail', () => {
    const log = logWith();
    for (let n = 0; n < 200; n++) log.text('stdout', `secret-${'s'.repeat(60)}\n`.repeat(7).slice(n % 40));
    const [, ...tail] = log.end();
    expect(tail.length).toBeGreaterThan(3);
    expect(tail.slice(0, 2).every(({ text }) => text.startsWith('s') && text.endsWith('s'))).toBe(true);
  });

  it('holds a bounded piece of a flood in memory', () => {
    const log = createOperationLog(logLimits(1), () => 0);
    const chunk = `${'x'.repeat(63)}\n`.repeat(1_024);
    for (let n = 0; n < 4_096; n++) log.text('stdout', chunk);
    const lines = log.end();
    expect(lines).toHaveLength(1_001);
    expect(lines[0]?.text).toMatch(/^… 4,1\d\d,\d{3} lines \(2\d\d MB\) left out/);
  });

  it('cuts a long notice too, and counts bytes rather than characters', () => {
    expect(logWith().line({ stream: 'notice', text: 'n'.repeat(250) })).toHaveLength(3);
    expect(logWith({ headBytes: 64 }).line({ stream: 'notice', text: '€'.repeat(11) })).toEqual([]);
    expect(logWith({ headBytes: 64 }).line({ stream: 'notice', text: 'e'.repeat(11) })).toHaveLength(1);
  });
});
