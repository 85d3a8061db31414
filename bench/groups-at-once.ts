import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Figure, median } from './figure.ts';

const groups = 200;
const parallel = 16;
const command = 'sleep 0.1';
/** What they take at the least, in milliseconds, where starting them costs nothing. */
const ideal = Math.ceil(groups / parallel) * 100;
const rounds = 5;

/**
 * Independent groups that take 100 ms each, 16 at once, from `run.created` to `run.finished`: beside the ideal, and beside the same commands
 * started by a Node program that does nothing else and by `xargs -P`, which is the least that starting them takes on the machine. Needs
 * `npm run build` before.
 */
export async function groupsAtOnce(): Promise<readonly Figure[]> {
  const turns: { readonly ours: number; readonly bare: number; readonly least: number }[] = [];
  for (let round = 0; round < rounds; round++) turns.push({ bare: await bare(), ours: deployed(), least: byXargs() });
  const name = `${groups} groups of 100 ms, ${parallel} at once, median`;
  const ours = median(turns.map((turn) => turn.ours));
  const beside = (peerName: string, timeOf: (turn: (typeof turns)[number]) => number): Figure => ({
    name,
    unit: 'ms',
    ours,
    peer: median(turns.map(timeOf)),
    ratio: median(turns.map((turn) => turn.ours / timeOf(turn))),
    peerName,
  });
  return [
    { name, unit: 'ms', ours, peer: ideal, ratio: ours / ideal, peerName: 'the ideal' },
    beside('bare processes', ({ bare }) => bare),
    beside('xargs', ({ least }) => least),
  ];
}

function deployed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'srd-at-once-'));
  try {
    const config = {
      targets: { dev: { kind: 'development' } },
      groups: Array.from({ length: groups }, (_, i) => ({ name: `group_${i}`, deploy_command: command })),
    };
    writeFileSync(join(folder, 'deploy-config.json'), JSON.stringify(config));
    const words = [join(process.cwd(), 'dist/cli.js'), 'run', '--target', 'dev', '--parallel', String(parallel)];
    const ran = spawnSync(process.execPath, [...words, '--json'], { cwd: folder, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`The run ended with ${ran.status}: ${ran.stderr}`);
    const runs = join(folder, '.srdeploy/runs');
    const [run = ''] = readdirSync(runs);
    const lines = readFileSync(join(runs, run, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const events = lines.map((line) => JSON.parse(line) as { readonly type: string; readonly at: string });
    const at = (type: string) => Date.parse(events.find((event) => event.type === type)?.at ?? '');
    return at('run.finished') - at('run.created');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byXargs(): number {
  const begun = performance.now();
  const words = ['-P', String(parallel), '-I{}', '/bin/sh', '-c', command];
  const { status } = spawnSync('xargs', words, { input: 'x\n'.repeat(groups) });
  if (status !== 0) throw new Error(`xargs ended with ${status}.`);
  return performance.now() - begun;
}

function bare(): Promise<number> {
  const begun = performance.now();
  let [started, ended] = [0, 0];
  return new Promise((resolve, reject) => {
    const fill = () => {
      for (; started < groups && started - ended < parallel; started++) {
        const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
        child.once('error', reject);
        child.once('close', () => {
          ended += 1;
          if (ended === groups) resolve(performance.now() - begun);
          else fill();
        });
      }
    };
    fill();
  });
}
