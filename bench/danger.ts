import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Backend, dangerScript, findDangers } from '../core/index.ts';
import { createSqlEffectsLoader, sqlSyntax } from '../parsers/index.ts';
import { type BenchResult, type Figure, median } from './figure.ts';

const FILES = 1_000;
/** What it may take at most, in milliseconds. */
const LIMIT = 500;

/**
 * The danger report of 1,000 migrations, from their texts to the findings: splitting, the dialect's parser and every rule, all of them
 * pending. Needs `npm run build` before.
 */
export async function bench(): Promise<BenchResult> {
  const figures: Figure[] = [];
  for (const dialect of ['postgresql', 'sqlite', 'mysql', 'firebird'] as const)
    figures.push(...(await measure(dialect)));
  return { name: 'danger', figures };
}

async function measure(dialect: Backend): Promise<readonly Figure[]> {
  const texts = Array.from({ length: FILES }, (_, i) => migrationText(i, dialect));
  const before = performance.now();
  const effects = await createSqlEffectsLoader(join(process.cwd(), 'dist')).load(dialect);
  const report = () => {
    const rules = { dialect, settings: undefined };
    const scripts = texts.map((text, i) =>
      dangerScript({ path: `migrations/V${i}.sql`, text, read: () => undefined }, rules, sqlSyntax),
    );
    return findDangers(scripts, { dialect, effects }).flat().length;
  };
  if (report() < FILES) throw new Error('The migrations of the benchmark have a danger each.');
  const first = performance.now() - before;
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    report();
    return performance.now() - start;
  });
  const figure = (name: string, ours: number): Figure => ({
    name: `${FILES.toLocaleString('en')} files of ${dialect}, ${name}`,
    unit: 'ms',
    ours,
    peer: LIMIT,
    ratio: ours / LIMIT,
    peerName: 'limit',
  });
  return [figure('first, with loading', first), figure('again, median', median(times))];
}

/** A small migration as people write it: a table with its index, some rows, and a change of an older table. */
const migrationText = (i: number, dialect: Backend): string => `-- Migration ${i}: what the orders of month ${i} need.
CREATE TABLE t_${i} (
  id ${dialect === 'mysql' ? 'BIGINT AUTO_INCREMENT' : 'integer'} PRIMARY KEY,
  name varchar(200) NOT NULL,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX t_${i}_name ON t_${i} (name);
INSERT INTO t_${i} (id, name) VALUES (1, 'first; of all'), (2, 'second');
ALTER TABLE orders DROP COLUMN old_${i};
`;
