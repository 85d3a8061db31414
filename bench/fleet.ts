import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { BenchResult } from './figure.ts';

const cli = join(process.cwd(), 'dist/cli.js');
const targets = Number(process.env.BENCH_TARGETS ?? 1_000);
/** Of so many the command is run once each; the time a target is what is compared. */
const single = Math.min(targets, Number(process.env.BENCH_SINGLE ?? 100));
const migrations = 3;

/**
 * One fleet of a thousand SQLite databases with three migrations each, one after the other and four at once, beside the command run once a
 * target for a hundred of them. Wall time a target, and the memory of the fleet's process over that of a fleet of one. Needs
 * `npm run build` before. BENCH_TARGETS and BENCH_SINGLE change how many.
 */
export async function bench(): Promise<BenchResult> {
  const one = await measured(1, 1);
  const alone = commands();
  const inTurn = await measured(targets, 1);
  const atOnce = await measured(targets, 4);
  const time = (parallel: string, ours: number) => ({
    name: `${parallel} of ${targets}, time a target`,
    unit: 'ms',
    ours,
    peer: alone,
    ratio: ours / alone,
    peerName: `srdeploy once each, ${single} of them`,
  });
  return {
    name: 'fleet',
    figures: [
      time('one after the other', inTurn.msEach),
      time('four at once', atOnce.msEach),
      {
        name: `memory for ${targets} targets`,
        unit: 'MB',
        ours: atOnce.mb,
        peer: one.mb,
        ratio: atOnce.mb / one.mb,
        peerName: 'a fleet of one',
      },
    ],
  };
}

async function measured(count: number, parallel: number): Promise<{ readonly msEach: number; readonly mb: number }> {
  const folder = project(count);
  try {
    const begun = performance.now();
    const mb = await peakOf(['run', 'm', '--targets', 't-*', '--parallel', String(parallel), '--json'], folder);
    return { msEach: (performance.now() - begun) / count, mb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command and gives the most memory that its process had; 0 where the system does not tell. */
function peakOf(words: readonly string[], cwd: string): Promise<number> {
  const child = spawn(process.execPath, [cli, ...words], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  let kb = 0;
  const look = setInterval(() => {
    try {
      kb = Math.max(kb, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // No /proc, or it has ended.
    }
  }, 20);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(look);
      if (code === 0) resolve(kb / 1024);
      else reject(new Error(`The fleet ended with ${code}.`));
    });
  });
}

/** The command once a target; milliseconds each. */
function commands(): number {
  const folder = project(single);
  try {
    const begun = performance.now();
    for (let n = 1; n <= single; n++) {
      const { status } = spawnSync(process.execPath, [cli, 'run', 'm', '--target', `t-${n}`, '--json'], {
        cwd: folder,
      });
      if (status !== 0) throw new Error(`Target ${n} ended with ${status}.`);
    }
    return (performance.now() - begun) / single;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function project(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'srdeploy-bench-fleet-'));
  mkdirSync(join(folder, 'm'));
  for (let n = 1; n <= migrations; n++)
    writeFileSync(
      join(folder, `m/V${n}__t.sql`),
      `CREATE TABLE t${n} (id integer PRIMARY KEY, name text NOT NULL);\nCREATE INDEX i${n} ON t${n} (name);\n`,
    );
  const ids = [...Array(count).keys()].map((n) => `t-${n + 1}`);
  const config = {
    project: 'bench',
    connections: Object.fromEntries(ids.map((id) => [id, { backend: 'sqlite', file: `data/${id}.db` }])),
    targets: Object.fromEntries(ids.map((id) => [id, { connection_ref: id }])),
  };
  writeFileSync(join(folder, 'deploy-config.json'), JSON.stringify(config));
  return folder;
}
