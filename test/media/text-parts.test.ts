import { describe, expect, it } from 'vitest';
import { operationId } from '../../core/model/ids.ts';
import { announcement } from '../../media/run/announcement.ts';
import { cleanLine } from '../../media/run/clean-line.ts';
import { carryAfter, spansOf } from '../../media/run/colours.ts';
import { LogStore } from '../../media/run/log-store.ts';
import { failedRun, operation, run } from './samples.ts';

describe('a line of output', () => {
  it('keeps colours and loses what a terminal would obey', () => {
    expect(cleanLine('\x1b[2J\x1b[1;1H\x1b[31mred\x1b[0m\x1b]0;title\x07 end\x1bM')).toBe('\x1b[31mred\x1b[0m end');
  });

  it('shows a progress bar at its last state', () => {
    expect(cleanLine('10 %\r50 %\r100 %\r')).toBe('100 %');
  });

  it('is cut when it is very long, and says by how much', () => {
    const line = cleanLine('x'.repeat(65_536));
    expect(line.length).toBeLessThan(4_200);
    expect(line).toContain('61440 more characters');
  });

  it('loses control characters and keeps tabs', () => {
    expect(cleanLine('a\x00b\tc\x07')).toBe('ab\tc');
  });
});

describe('colours', () => {
  it('are classes, never styles', () => {
    expect(spansOf('\x1b[1;32mok\x1b[0m done', '')).toEqual([
      { text: 'ok', classes: 'ansi-green-fg ansi-bold' },
      { text: ' done', classes: '' },
    ]);
  });

  it('reach over the end of a line until they are reset', () => {
    const carry = carryAfter('', 'a \x1b[31mred');
    expect(spansOf('still red', carry)).toEqual([{ text: 'still red', classes: 'ansi-red-fg' }]);
    expect(carryAfter(carry, 'and \x1b[0mnot')).toBe('');
  });

  it('do not pile up when nothing ever resets them', () => {
    let carry = '';
    for (let line = 0; line < 1_000; line += 1) carry = carryAfter(carry, `\x1b[3${line % 8}m x`);
    expect(carry.length).toBeLessThanOrEqual(200);
    expect(carry.startsWith('\x1b[')).toBe(true);
  });

  it('are left out of a line that has too many of them', () => {
    expect(spansOf('\x1b[31ma\x1b[32mb'.repeat(100), '')).toHaveLength(1);
  });
});

describe('the store of a log', () => {
  it('numbers lines from one and works out colours in their place', () => {
    const store = new LogStore();
    store.append([
      { stream: 'stdout', text: '\x1b[33mone', index: 0 },
      { stream: 'notice', text: 'two', index: 1 },
    ]);
    expect(store.line(1)).toEqual({ number: 2, stream: 'notice', spans: [{ text: 'two', classes: 'ansi-yellow-fg' }] });
    expect(store.line(2)).toBeUndefined();
  });
});

describe('what is announced', () => {
  const before = run('running', [operation('a', 'running'), operation('b', 'pending')]);

  it('is the step that began, politely', () => {
    const after = run('running', [operation('a', 'succeeded'), operation('b', 'running')]);
    expect(announcement(before, after)).toEqual({ text: 'Step 2 of 2 running: Apply b', urgent: false });
  });

  it('is a failure before all else, urgently', () => {
    const after = run('running', [operation('a', 'failed', { durationMs: 3_000 }), operation('b', 'skipped')]);
    expect(announcement(before, after)).toEqual({ text: 'Step 1 of 2 failed after 3.0 s: Apply a', urgent: true });
  });

  it('is the end of the run with its reason', () => {
    const after = { ...failedRun(), error: { code: 'X', message: 'The index is missing.' } };
    expect(announcement({ ...after, status: 'running' }, after)).toEqual({
      text: 'Deployment to staging failed: The index is missing.',
      urgent: true,
    });
  });

  it('is nothing where nothing changed', () => {
    expect(announcement(before, { ...before, resumeFrom: operationId('a') })).toBeUndefined();
  });
});
