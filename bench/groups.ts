import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createClock, createHasher, createProjectFiles } from '../adapters/index.ts';
import { freeLock, targetId } from '../core/index.ts';
import { sqlSyntax } from '../parsers/index.ts';
import { compileConfig } from '../runner/compile-config.ts';
import { projectIn } from '../runner/project.ts';
import { type BenchResult, type Figure, median } from './figure.ts';
import { groupsAtOnce } from './groups-at-once.ts';

const FILES = 20;
/** What 500 groups may take, in milliseconds. */
const LIMIT = 1_000;

/**
 * Plans a deploy config of groups with 20 files each, from the files on disk to the digest, one group after the other in a chain of orders;
 * and how that grows with the number of groups. Then runs many at once.
 */
export async function bench(): Promise<BenchResult> {
  const figures: Figure[] = [];
  const times: number[] = [];
  for (const groups of [500, 1_000, 5_000]) {
    const took = await measure(groups, groups === 5_000 ? 3 : 5);
    const limit = (LIMIT * groups) / 500;
    figures.push({
      name: `${groups.toLocaleString('en')} groups of ${FILES} files, planned, median`,
      unit: 'ms',
      ours: took,
      peer: limit,
      ratio: took / limit,
      peerName: groups === 500 ? 'limit' : 'limit, grown as the groups',
    });
    times.push(took);
  }
  return { name: 'groups', figures: [...figures, ...(await groupsAtOnce())] };
}

async function measure(groups: number, rounds: number): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'srd-groups-'));
  try {
    writeProject(root, groups);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await planned(root, groups));
    return median(times);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function planned(root: string, groups: number): Promise<number> {
  const started = performance.now();
  const world = {
    files: createProjectFiles(root),
    leases: { read: async () => ({ version: 0, state: freeLock }) },
    clock: createClock(),
    hasher: createHasher(),
    syntax: sqlSyntax,
  };
  const project = projectIn(root);
  const made = await compileConfig({ project, target: targetId('dev'), shape: {}, world: world as never });
  if (made.type === 'error' || made.value.type === 'refused' || made.value.plan.operations.length !== groups * FILES)
    throw new Error(`The plan is not what was measured: ${JSON.stringify(made).slice(0, 500)}`);
  return performance.now() - started;
}

function writeProject(root: string, groups: number): void {
  const config = {
    targets: { dev: { kind: 'development' } },
    groups: Array.from({ length: groups }, (_, i) => ({
      name: `group_${i}`,
      order: i + 1,
      file_patterns: [`services/s${i}/*.conf`],
      deploy_command: './deploy {file}',
    })),
  };
  writeFileSync(join(root, 'deploy-config.json'), JSON.stringify(config));
  for (let i = 0; i < groups; i++) {
    const folder = join(root, 'services', `s${i}`);
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < FILES; file++) writeFileSync(join(folder, `f${file}.conf`), '');
  }
}
