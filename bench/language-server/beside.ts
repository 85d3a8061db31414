import { type Figure, median } from '../figure.ts';

/** What one round measured; the peer's is undefined where it is missing. */
export interface Round {
  readonly ours: number;
  readonly peer: number | undefined;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly rounds: readonly Round[];
  readonly peerName: string | undefined;
}

/** The medians of all rounds, and the median of their ratios. */
export function medianBeside({ name, unit, rounds, peerName }: Measured): Figure {
  const pairs = rounds.flatMap(({ ours, peer }) => (peer === undefined ? [] : [{ ours, peer }]));
  const ours = median(rounds.map((round) => round.ours));
  if (pairs.length === 0) return alone(name, unit, ours);
  const peer = median(pairs.map((pair) => pair.peer));
  return { name, unit, ours, peer, ratio: median(pairs.map((pair) => pair.ours / pair.peer)), peerName };
}

/** One picked value of ours beside the same of the peer's. */
export function pickedBeside(
  { name, unit, rounds, peerName }: Measured,
  pick: (values: readonly number[]) => number,
): Figure {
  const ours = pick(rounds.map((round) => round.ours));
  const theirs = rounds.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  if (theirs.length === 0) return alone(name, unit, ours);
  const peer = pick(theirs);
  return { name, unit, ours, peer, ratio: peer === 0 ? undefined : ours / peer, peerName };
}

/** A figure that no peer has. */
export const alone = (name: string, unit: string, ours: number): Figure => ({
  name,
  unit,
  ours,
  peer: undefined,
  ratio: undefined,
  peerName: undefined,
});

/** The value that 95 of a hundred do not exceed. */
export function p95(values: readonly number[]): number {
  const value = [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

export const least = (values: readonly number[]): number => Math.min(...values);

/** Milliseconds that a piece of work takes. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Measures ours and the peer one after the other, and who is first in turns. */
export async function inTurn(
  round: number,
  ours: () => Promise<number>,
  peer: (() => Promise<number>) | undefined,
): Promise<Round> {
  if (!peer) return { ours: await ours(), peer: undefined };
  if (round % 2 === 0) return { ours: await ours(), peer: await peer() };
  const theirs = await peer();
  return { ours: await ours(), peer: theirs };
}
