import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Approval, Approvals, Digest, TargetId } from '../core/index.ts';
import { openAppendFile } from './durable/append-file.ts';
import { onCode } from './durable/error-code.ts';
import { syncFolder } from './durable/sync-folder.ts';
import { ensureStore, storeFolder } from './journal/store-layout.ts';

/**
 * Approvals of a project in `.srdeploy/approvals/<digest>.jsonl`, one a line, on disk when `record` resolves. A line that cannot be
 * read, torn or not, counts as no approval.
 */
export function createApprovals(project: string): Approvals {
  const folder = join(storeFolder(project), 'approvals');
  return {
    of: async (planDigest) => {
      const text = await readFile(fileOf(folder, planDigest), 'utf8').catch(onCode(['ENOENT'], ''));
      return text.split('\n').flatMap((line) => approvalsIn(line, planDigest));
    },
    ofPlan: async ({ id, target }) => {
      const names = (await readdir(folder).catch(onCode(['ENOENT'], [] as string[]))).filter((name) => FILE.test(name));
      const found = await Promise.all(
        names.map(async (name) => {
          const planDigest = name.slice(0, 64) as Digest;
          const text = await readFile(join(folder, name), 'utf8');
          return text.split('\n').flatMap((line) => approvalsIn(line, planDigest));
        }),
      );
      return found
        .flat()
        .filter(({ plan }) => plan?.id === id && plan.target === target)
        .sort((a, b) => (a.at < b.at ? -1 : 1));
    },
    record: async (approval) => {
      const file = fileOf(folder, approval.planDigest);
      await ensureStore(project);
      if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncFolder(storeFolder(project));
      const start = (await endsTorn(file)) ? '\n' : '';
      const appended = await openAppendFile(file);
      try {
        await appended.append(`${start}${JSON.stringify(approval)}\n`, true);
      } finally {
        await appended.close();
      }
    },
  };
}

const FILE = /^[0-9a-f]{64}\.jsonl$/;

function fileOf(folder: string, planDigest: Digest): string {
  if (!/^[0-9a-f]{64}$/.test(planDigest)) throw new Error(`Not the digest of a plan: ${planDigest}`);
  return join(folder, `${planDigest}.jsonl`);
}

/** A line without its end is of a process that died; the next approval begins a line of its own. */
async function endsTorn(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(onCode(['ENOENT'], undefined));
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return size > 0 && buffer[0] !== 10;
  } finally {
    await handle.close();
  }
}

function approvalsIn(line: string, planDigest: Digest): readonly Approval[] {
  try {
    const { by, at, comment, plan, planDigest: digestThere } = JSON.parse(line) as Record<string, unknown>;
    const isApproval = typeof by === 'string' && typeof at === 'string' && typeof comment === 'string';
    return isApproval && digestThere === planDigest ? [{ planDigest, by, at, comment, ...planIn(plan) }] : [];
  } catch {
    return []; // An empty or torn line: whoever wrote it was never told that it counts.
  }
}

function planIn(value: unknown): Pick<Approval, 'plan'> {
  const { id, target } = (value ?? {}) as Record<string, unknown>;
  return typeof id === 'string' && typeof target === 'string' ? { plan: { id, target: target as TargetId } } : {};
}
