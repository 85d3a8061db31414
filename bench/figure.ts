/** One measurement, ours beside the peer's, taken in turns in one run; ours alone where no peer does the same or it is missing. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | undefined;
  /** Ours through the peer's, paired: the median over rounds that ran one after the other. */
  readonly ratio: number | undefined;
  readonly peerName: string | undefined;
}

export interface BenchResult {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) throw new Error('There is no median of nothing.');
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}
