import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type BenchResult, type Figure, median } from './figure.ts';

const PEER = 'dbmate';

/**
 * Applies the same SQL files to a fresh SQLite database and then finds nothing to do: ours as the command line does it, with plan, lease,
 * journal and history, the peer as its users call it. Whole processes, wall time, in turns. Needs `npm run build` before.
 */
export async function bench(): Promise<BenchResult> {
  return { name: 'migrations', figures: [...compare(100, 5), ...compare(1_000, 3)] };
}

function compare(count: number, rounds: number): readonly Figure[] {
  const pairs = [...Array(rounds).keys()].map((round) => {
    const folder = mkdtempSync(join(tmpdir(), 'srdeploy-bench-'));
    try {
      writeMigrations(folder, count);
      const tools = [
        {
          name: 'ours',
          command: [process.execPath, join(process.cwd(), 'dist/cli.js'), 'run', 'deployments/plan.srdeploy', '--json'],
        },
        {
          name: 'peer',
          command: [
            join(process.cwd(), 'node_modules/.bin/dbmate'),
            '--url',
            'sqlite:peer.db',
            '--migrations-dir',
            'dbmate',
            '--no-dump-schema',
            'migrate',
          ],
        },
      ];
      const inTurn = round % 2 === 0 ? tools : [...tools].reverse();
      return Object.fromEntries(
        inTurn.map(({ name, command }) => [name, { apply: timed(command, folder), again: timed(command, folder) }]),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }) as { ours: Times; peer: Times }[];
  return [figure(`apply ${count}`, pairs, 'apply'), figure(`nothing to do, ${count}`, pairs, 'again')];
}

interface Times {
  readonly apply: number;
  readonly again: number;
}

const figure = (name: string, pairs: readonly { ours: Times; peer: Times }[], what: keyof Times): Figure => ({
  name,
  unit: 'ms',
  ours: median(pairs.map(({ ours }) => ours[what])),
  peer: median(pairs.map(({ peer }) => peer[what])),
  ratio: median(pairs.map(({ ours, peer }) => ours[what] / peer[what])),
  peerName: PEER,
});

function timed([command, ...words]: readonly string[], cwd: string): number {
  const begun = performance.now();
  const { status, stderr, error } = spawnSync(command as string, words, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  const elapsed = performance.now() - begun;
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}: ${stderr}`);
  return elapsed;
}

function writeMigrations(folder: string, count: number): void {
  for (const name of ['deployments', 'migrations', 'dbmate']) mkdirSync(join(folder, name));
  const numbers = [...Array(count).keys()].map((i) => String(i + 1).padStart(4, '0'));
  for (const n of numbers) {
    const sql = `CREATE TABLE t_${n} (id integer PRIMARY KEY, name text NOT NULL, created_at timestamp DEFAULT CURRENT_TIMESTAMP);\nINSERT INTO t_${n} (id, name) VALUES (1, 'one');\n`;
    writeFileSync(join(folder, `migrations/V${n}__t.sql`), sql);
    writeFileSync(join(folder, `dbmate/2026${n}_t.sql`), `-- migrate:up\n${sql}\n-- migrate:down\n`);
  }
  const steps = numbers.map((n) => ({ id: `s${n}`, type: 'migration', script: `migrations/V${n}__t.sql` }));
  const target = { id: 'bench', name: 'Bench', backend: 'sqlite', connection_ref: 'db' };
  const plan = {
    version: '1.0',
    plan_id: '5d4c6f0e-6a0b-4a8e-9a57-3a1d2f9b7c11',
    name: 'Bench',
    target_env: target,
    created_at: '2026-02-05T12:00:00Z',
    created_by: 'bench',
    approval_required: false,
    steps,
  };
  writeFileSync(join(folder, 'deployments/plan.srdeploy'), JSON.stringify(plan));
  writeFileSync(
    join(folder, 'deploy-config.json'),
    JSON.stringify({ connections: { db: { backend: 'sqlite', file: 'ours.db' } } }),
  );
}
