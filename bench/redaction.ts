import { performance } from 'node:perf_hooks';
import { createRedactor } from '../core/index.ts';
import { type BenchResult, type Figure, median } from './figure.ts';

const secrets = [
  's3cret-Passw0rd!x',
  'ghp_A1b2C3d4E5f6G7h8I9j0',
  'postgres://u:abc%40def@h/db',
  'another+secret/value==',
];
const line =
  '2026-02-05T12:34:55Z INFO  [worker-12] Applying V0002__add_orders.sql, 3 of 17: CREATE INDEX idx_orders_user ON orders (user_id) took 12.5 ms\n';
const rounds = 5;

/** Milliseconds for 50 MB of an ordinary log through the streaming redactor, beside replacing each secret in each chunk, which misses most. */
export async function bench(): Promise<BenchResult> {
  const text = line.repeat(Math.ceil(50e6 / line.length));
  const chunks = text.match(/[\s\S]{1,65536}/g) ?? [];
  const pairs = [...Array(rounds).keys()].map(() => ({
    ours: timed(() => stream(chunks)),
    peer: timed(() => replace(chunks)),
  }));
  const figure: Figure = {
    name: '50 MB of log',
    unit: 'ms',
    ours: median(pairs.map(({ ours }) => ours)),
    peer: median(pairs.map(({ peer }) => peer)),
    ratio: median(pairs.map(({ ours, peer }) => ours / peer)),
    peerName: 'replaceAll of each secret',
  };
  return { name: 'redaction', figures: [figure] };
}

function stream(chunks: readonly string[]): number {
  const redaction = createRedactor(secrets).stream();
  return chunks.reduce((length, chunk) => length + redaction.write(chunk).length, 0) + redaction.end().length;
}

const replace = (chunks: readonly string[]): number =>
  chunks.reduce(
    (length, chunk) => length + secrets.reduce((text, one) => text.replaceAll(one, '***'), chunk).length,
    0,
  );

function timed(work: () => number): number {
  const begun = performance.now();
  if (work() < 50e6) throw new Error('Text was lost.');
  return performance.now() - begun;
}
