import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderSteps } from '../../../core/index.ts';

const order = (...steps: readonly (readonly [string, string[]?])[]) => {
  const found = orderSteps(steps.map(([id, dependsOn]) => ({ id, dependsOn })));
  return found.type === 'cycle'
    ? found.path
    : found.steps.map(({ index, waitsFor }) => `${steps[index]?.[0]}<${waitsFor.join(',')}`);
};

describe('the order of steps', () => {
  it('is that of the document, each waiting for the one before it', () => {
    expect(order(['a'], ['b'], ['c'])).toEqual(['a<', 'b<a', 'c<b']);
  });

  it('moves a step that an earlier one depends on to just before that one', () => {
    expect(order(['a'], ['b', ['d']], ['c'], ['d', []])).toEqual(['a<', 'd<', 'b<d', 'c<b']);
  });

  it('is the same for what depends on nothing and for what depends on what is there', () => {
    expect(order(['a'], ['b', []], ['c', ['a', 'a', 'nowhere']])).toEqual(['a<', 'b<', 'c<a']);
  });

  it('of a chain of any length is found at once', () => {
    const steps = Array.from({ length: 20_000 }, (_, i) => ({
      id: `s${i}`,
      dependsOn: i === 19_999 ? [] : [`s${i + 1}`],
    }));
    const found = orderSteps(steps);
    expect(found.type === 'ordered' && found.steps[0]?.index).toBe(19_999);
  });

  it('has every step once and behind all that it waits for, or there is a cycle', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const edges = fc.array(fc.option(fc.array(fc.constantFrom(...ids), { maxLength: 3 }), { nil: undefined }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(edges, (all) => {
        const found = orderSteps(ids.map((id, i) => ({ id, dependsOn: all[i] })));
        const waits = (id: string) => all[ids.indexOf(id)] ?? (id === 'a' ? [] : [ids[ids.indexOf(id) - 1] as string]);
        if (found.type === 'cycle') {
          for (const [i, id] of found.path.entries())
            expect(waits(id)).toContain(found.path[(i + 1) % found.path.length]);
          return;
        }
        const placed = found.steps.map(({ index }) => ids[index] as string);
        expect([...placed].sort()).toEqual(ids);
        for (const [at, id] of placed.entries())
          for (const on of waits(id)) expect(placed.indexOf(on)).toBeLessThan(at);
      }),
    );
  });
});
