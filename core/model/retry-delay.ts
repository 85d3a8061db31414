import type { Retry } from './operation.ts';

const longestDelaySec = 300;

/** Seconds before extra attempt n (from 1): backoffSec × 2^(n−1), at most 300. Spec: rulings, "Retry". */
export const retryDelaySec = (retry: Retry, n: number): number =>
  Math.min(retry.backoffSec * 2 ** (n - 1), longestDelaySec);
