import { describe, expect, it } from 'vitest';
import { walkInOrder } from '../../../core/base/walk-in-order.ts';

const walk = (items: string, edges: Readonly<Record<string, string>>) => {
  const found = walkInOrder([...items], (item) => [...(edges[item] ?? '')]);
  return found.type === 'ordered' ? found.items.join('') : `cycle ${found.path.join('')}`;
};

describe('a walk over what waits for one another', () => {
  it('keeps the order that things have, and moves what one waits for to just before it', () => {
    expect(walk('abcd', {})).toBe('abcd');
    expect(walk('abcd', { a: 'dc', c: 'd' })).toBe('dcab');
  });

  it('gives the first circle that it meets, each waiting for the one behind it', () => {
    expect(walk('abcd', { a: 'b', b: 'c', c: 'd', d: 'b' })).toBe('cycle bcd');
    expect(walk('ab', { b: 'b' })).toBe('cycle b');
  });

  it('goes along a chain of any length, and asks each but once what it waits for', () => {
    let asked = 0;
    const found = walkInOrder([...Array(100_000).keys()], (item) => {
      asked += 1;
      return item < 99_999 ? [item + 1] : [];
    });
    expect([found.type, asked]).toEqual(['ordered', 100_000]);
    expect(found.type === 'ordered' && found.items.slice(0, 2)).toEqual([99_999, 99_998]);
  });
});
