import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfigGroup, orderGroups } from '../../../core/index.ts';

const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

const group = (name: string, order = 1, dependsOn: readonly string[] = []): ConfigGroup => ({
  name: { value: name, range },
  kind: undefined,
  order,
  dependsOn: dependsOn.map((value) => ({ value, range })),
  patterns: [],
  preDeploy: [],
  build: undefined,
  test: undefined,
  deploy: undefined,
  postDeploy: [],
  requiredVariables: [],
  connectionRef: undefined,
  folder: undefined,
  timeoutSec: undefined,
  hookTimeoutSec: undefined,
  retry: undefined,
  continueOnFailure: false,
});

const orderOf = (groups: readonly ConfigGroup[]) => {
  const order = orderGroups(groups);
  return order.type === 'ordered'
    ? order.groups.map(({ group, waitsFor }) => [group.name.value, waitsFor.map(({ name }) => name.value)])
    : order.path.map(({ name }) => name.value);
};

describe('the order of groups', () => {
  it('is by number, then as they are written, and all of one order wait for all of the order before', () => {
    expect(orderOf([group('c', 10), group('a', 2), group('b', 2), group('z', 9)])).toEqual([
      ['a', []],
      ['b', []],
      ['z', ['a', 'b']],
      ['c', ['z']],
    ]);
  });

  it('has what a group depends on before it, and waits for it', () => {
    expect(orderOf([group('a', 1, ['b']), group('b')])).toEqual([
      ['b', []],
      ['a', ['b']],
    ]);
  });

  it('is refused with the circle where groups wait for one another, by their orders too', () => {
    expect(orderOf([group('a', 1, ['b']), group('b', 1, ['c']), group('c', 1, ['a'])])).toEqual(['a', 'b', 'c']);
    expect(orderOf([group('first', 1, ['second']), group('second', 2)])).toEqual(['first', 'second']);
  });

  it('counts a name that no group has for nothing', () => {
    expect(orderOf([group('a', 1, ['nobody'])])).toEqual([['a', []]]);
  });

  it('has every group once and behind all that it waits for, whatever the orders are', () => {
    const some = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(some, (orders) => {
        const groups = orders.map((order, i) => group(`g${i}`, order));
        const result = orderGroups(groups);
        if (result.type !== 'ordered') throw new Error('There is no circle without "depends_on".');
        const place = new Map(result.groups.map(({ group: one }, i) => [one, i]));
        expect(place.size).toBe(groups.length);
        for (const { group: one, waitsFor } of result.groups)
          for (const before of waitsFor) expect(place.get(before)).toBeLessThan(place.get(one) ?? -1);
        for (const one of groups)
          for (const other of groups)
            if (one.order < other.order) expect(place.get(one)).toBeLessThan(place.get(other) ?? -1);
      }),
    );
  });
});
