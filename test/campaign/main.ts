import type { Backend } from './backend.ts';
import { startBackend } from './backends.ts';
import { createChance } from './chance.ts';
import { longPlan } from './long-plan.ts';
import { type CaseResult, runCase } from './run-case.ts';
import type { BackendName } from './scenario.ts';

export { foldShare, twoFolders } from './two-folders.ts';

/** The long plan with its kills, on one backend. */
export interface LongShare {
  readonly seed: number;
  readonly backend: BackendName;
  readonly dist: string;
  readonly migrations: number;
  readonly kills: number;
}

export async function playLong(
  { backend, ...options }: LongShare,
  report: (result: CaseResult) => void,
): Promise<void> {
  const server = await startBackend(backend);
  try {
    report(await longPlan({ ...options, backend: server }));
  } finally {
    await server.stop();
  }
}

export interface Share {
  readonly seed: number;
  /** Cases `first`, `first + step`, … below `cases`. */
  readonly first: number;
  readonly step: number;
  readonly cases: number;
  readonly backends: readonly BackendName[];
  readonly only: string | undefined;
  readonly dist: string;
  readonly hasAudit: boolean;
  readonly keep: boolean;
  /** Milliseconds since the epoch; no case begins after it. */
  readonly until: number;
}

/** Plays a worker's share of the cases. Case n of seed S is the only case of seed S + n, so that each can be played alone. */
export async function playShare(share: Share, report: (result: CaseResult) => void): Promise<void> {
  const servers = new Map<BackendName, Promise<Backend>>();
  const backendFor = (name: BackendName) => {
    const known = servers.get(name) ?? startBackend(name);
    servers.set(name, known);
    return known;
  };
  try {
    for (let n = share.first; n < share.cases && Date.now() < share.until; n += share.step) {
      const seed = share.seed + n;
      const name = backendOf(seed, share.backends);
      const { only, dist, hasAudit, keep } = share;
      report(await runCase({ seed, backend: await backendFor(name), only, dist, hasAudit, keep }));
    }
  } finally {
    for (const server of servers.values()) await (await server).stop();
  }
}

/** SQLite cases take half of the time of the others, so that they are more. */
function backendOf(seed: number, names: readonly BackendName[]): BackendName {
  const weighted = names.flatMap((name) =>
    name === 'sqlite' ? Array.from({ length: 7 }, () => name) : name === 'postgresql' ? [name, name] : [name],
  );
  return createChance(seed ^ 0x5eed).pick(weighted);
}
