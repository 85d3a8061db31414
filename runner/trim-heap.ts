import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Plans of so many operations leave enough behind, once they are made, for a collection to be worth its time. */
const manyOperations = 2_000;

/**
 * Collects what making a large plan has left, and lets the heap grow by a fifth at a time from then on: V8 by itself takes as much as the
 * machine has, and a run of ten thousand migrations needs little more than one of ten.
 */
export function trimHeap(operations: number): void {
  if (operations < manyOperations) return;
  setFlagsFromString('--heap-growing-percent=20');
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
