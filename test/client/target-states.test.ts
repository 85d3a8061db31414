import { describe, expect, it } from 'vitest';
import { LastChoices, lastFirst } from '../../client/last-choices.ts';
import { TargetStates } from '../../client/target-states.ts';
import { targetId } from '../../core/model/ids.ts';
import type { PlacedTarget } from '../../protocol/index.ts';

function stateStore() {
  const kept = new Map<string, string>();
  return {
    get: <T>(key: string): T | undefined => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    update: async (key: string, value: unknown) => void kept.set(key, JSON.stringify(value)),
  };
}

const ref = { project: '/w/shop', target: 'live' };
const said: PlacedTarget = {
  id: targetId('live'),
  name: 'Live',
  production: true,
  settings: { connection_ref: 'db' },
  line: 1,
  column: 1,
};
const refused = { type: 'refused', at: '2026-02-05T12:00:00.000Z', message: 'PASSWORD is missing.' } as const;

describe('what is known of targets', () => {
  it('is nothing before somebody asks, and lives longer than the window', async () => {
    const store = stateStore();
    const states = new TargetStates(store);
    expect(states.stateOf(ref, said)).toEqual({ type: 'unknown' });
    states.begin(ref);
    expect(states.stateOf(ref, said)).toEqual({ type: 'testing' });
    await states.end(ref, said, refused);
    expect(new TargetStates(store).stateOf(ref, said)).toEqual(refused);
    expect(states.stateOf({ ...ref, project: '/w/bank' }, said)).toEqual({ type: 'unknown' });
  });

  it('is nothing of a target that the config says otherwise by now, though its place may move', async () => {
    const states = new TargetStates(stateStore());
    await states.end(ref, said, refused);
    expect(states.stateOf(ref, { ...said, line: 9 })).toEqual(refused);
    expect(states.stateOf(ref, { ...said, settings: { connection_ref: 'other' } })).toEqual({ type: 'unknown' });
  });

  it('is told to whoever shows it, and what was pending is forgotten when asked to', async () => {
    const states = new TargetStates(stateStore());
    const told: unknown[] = [];
    states.onChange((about) => told.push(about));
    const pending = { at: refused.at, count: 2, file: 'm' };
    await states.setPending(ref, pending);
    await states.end(ref, said, refused);
    expect([told, states.pendingOf(ref)]).toEqual([[ref, ref], pending]);
    await states.setPending(ref, undefined);
    await states.setPending(ref, undefined);
    expect([told.length, states.pendingOf(ref), states.stateOf(ref, said)]).toEqual([3, undefined, refused]);
  });
});

describe('what was chosen last', () => {
  it('is kept for each project and config, and stands in front', async () => {
    const choices = new LastChoices(stateStore());
    expect([choices.target('/a'), choices.groups('/a', 'c')]).toEqual([undefined, []]);
    await choices.setTarget('/a', 'live');
    await choices.setGroups('/a', 'c', ['site']);
    expect([choices.target('/a'), choices.target('/b')]).toEqual(['live', undefined]);
    expect([choices.groups('/a', 'c'), choices.groups('/a', 'd')]).toEqual([['site'], []]);
    expect(lastFirst(['a', 'b', 'c'], (one) => one === 'b')).toEqual(['b', 'a', 'c']);
  });
});
