import { describe, expect, it } from 'vitest';
import { stateText } from '../../client/views/state-text.ts';
import type { RecordedScript } from '../../protocol/index.ts';

const now = Date.parse('2026-02-07T12:00:00.000Z');
const text = (script: string, more: Partial<RecordedScript> | undefined, knowsTarget = true) => {
  const recorded = {
    file: script,
    status: 'success',
    at: '2026-02-05T12:00:00.000Z',
    isChanged: false,
    ...more,
  } as const;
  return stateText(script, { recorded: new Map(more ? [[script, recorded]] : []), knowsTarget }, 'staging', now);
};

describe('how a script stands on a target, beside its proposal', () => {
  it.each([
    [{}, 'applied to staging, 2 days ago'],
    [{ isChanged: true }, 'changed since it was applied to staging, 2 days ago'],
    [{ status: 'failed' }, 'failed on staging, 2 days ago'],
    [{ status: 'rolled_back' }, 'rolled back on staging, 2 days ago'],
    [undefined, 'pending on staging'],
  ] as const)('is said of %j', (more, expected) => {
    expect(text('m/V1__a.sql', more)).toBe(expected);
  });

  it('is not said of what the history cannot tell: a target that it does not know, and files that are no migrations', () => {
    expect(text('m/V1__a.sql', undefined, false)).toBeUndefined();
    expect(['m/R0001__back.sql', 'm/V1__a.down.sql', 'seed.sql'].map((file) => text(file, undefined))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
