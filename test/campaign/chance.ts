import { seededRandom } from '../support/random.ts';

/** Everything that a case leaves to chance, from one seed. */
export interface Chance {
  /** From 0 to below `below`. */
  upTo(below: number): number;
  /** From `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True with the given probability. */
  likely(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A stream of its own: what one part draws does not change what the next one gets. */
  fork(): Chance;
}

export function createChance(seed: number): Chance {
  // Seeds that follow one another begin alike without a first mixing.
  const random = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ seed);
  const upTo = (below: number) => Math.floor(random() * below);
  return {
    upTo,
    between: (low, high) => low + upTo(high - low + 1),
    likely: (probability) => random() < probability,
    pick: (list) => {
      const found = list[upTo(list.length)];
      if (found === undefined) throw new Error('There is nothing to pick from.');
      return found;
    },
    fork: () => createChance(upTo(2 ** 31)),
  };
}
