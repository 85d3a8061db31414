import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetId, isRunId, newFleetId, newRunId } from '../../../core/index.ts';

const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const chance = fc.stringMatching(/^[a-z0-9]{4}$/);

describe('the id of a run', () => {
  it('says when it was made, to the millisecond', () => {
    expect(newRunId(new Date('2026-02-05T12:00:00.999Z'), 'k3f9')).toBe('20260205-120000-rrk3f9');
    expect(newRunId(new Date('2026-02-05T12:00:00.007Z'), 'zzzz')).toBe('20260205-120000-07zzzz');
  });

  it('sorts after every id of an earlier millisecond, whatever chance adds', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 2_000 }), chance, chance, (at, later, one, other) => {
        const [first, second] = [newRunId(at, one), newRunId(new Date(at.getTime() + later), other)];
        expect(isRunId(first)).toBe(true);
        expect(isFleetId(newFleetId(at, one))).toBe(true);
        expect(first < second).toBe(true);
      }),
    );
  });
});
