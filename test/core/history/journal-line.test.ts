import { describe, expect, it } from 'vitest';
import { decodeJournal, encodeJournalLine } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter, output } from './sample-events.ts';

const event = eventWriter();
const events = [event(created()), event(attemptStarted()), event(output('first', 'a\nb\u2028c "é" 🙂'))];
const text = events.map(encodeJournalLine).join('');

describe('a journal', () => {
  it('gives back what was written, one event a line, whatever the texts hold', () => {
    expect(text.split('\n')).toHaveLength(4);
    expect(decodeJournal(text)).toEqual({ events, damage: [], torn: '', tornBytes: 0 });
  });

  it('is read up to its torn last line wherever that was cut, also when only its end is missing', () => {
    const whole = text.length - encodeJournalLine(events[2] as (typeof events)[number]).length;
    for (let cut = whole; cut < text.length; cut += 1) {
      const read = decodeJournal(text.slice(0, cut));
      expect(read.events).toEqual(events.slice(0, 2));
      expect(read.damage).toEqual([]);
      expect(read.tornBytes).toBe(Buffer.byteLength(text.slice(whole, cut)));
    }
  });

  it('says where it is damaged and still shows what comes after', () => {
    const lines = text.split('\n');
    const damaged = [lines[0], '{"v":1,"seq":2,"at', lines[2], ''].join('\n');
    const read = decodeJournal(damaged);
    expect(read.events).toEqual([events[0], events[2]]);
    expect(read.damage).toEqual([
      { line: 2, offset: (lines[0] ?? '').length + 1, message: 'The line is not a JSON object.' },
    ]);
  });

  it('takes gaps, repetitions and lines of a newer version for damage', () => {
    const [first, second, third] = text.split('\n') as [string, string, string];
    expect(decodeJournal(`${first}\n${third}\n`).damage[0]?.message).toBe('Events 2 to 2 are missing.');
    expect(decodeJournal(`${first}\n${second}\n${second}\n`).damage).toHaveLength(1);
    expect(decodeJournal(`${third}\n`, 1).damage[0]?.message).toBe('Events 2 to 2 are missing.');
    expect(decodeJournal(`${third}\n`).damage).toEqual([]);
    expect(decodeJournal('{"v":2,"seq":1}\n').damage[0]?.message).toContain('version 2');
    expect(decodeJournal('{"v":1,"seq":"1","at":"","attempt":1,"type":"x"}\n').damage).toHaveLength(1);
    expect(decodeJournal('\n[]\nnull\n').damage).toHaveLength(3);
  });

  it('keeps events and fields that it does not know', () => {
    const line = '{"v":1,"seq":1,"at":"2026-02-05T12:00:00.000Z","attempt":1,"type":"run.blessed","colour":"blue"}';
    expect(decodeJournal(`${line}\n`)).toMatchObject({ events: [{ type: 'run.blessed', colour: 'blue' }], damage: [] });
  });

  it('is empty where nothing was written', () => {
    expect(decodeJournal('')).toEqual({ events: [], damage: [], torn: '', tornBytes: 0 });
  });
});
