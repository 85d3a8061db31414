import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { auditFile, createHasher, moveAuditAside, readAuditLines, verifyAudit } from '../../adapters/index.ts';
import { type AuditEntry, type AuditVerdict, createRedactor, type World } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { ok, type Result, refuse } from '../result.ts';

/** Checks the whole audit log of a project. Changes nothing. */
export const auditVerdict = (root: string): Promise<AuditVerdict> => verifyAudit(root, createHasher());

/** Entries that somebody looks for; `limit` counts the newest. */
export interface AuditChoice {
  readonly limit: number;
  readonly target: string | undefined;
}

/** The newest entries, oldest first. Lines that are no entries are left out: `auditVerdict` speaks of them. */
export async function auditEntries(root: string, { limit, target }: AuditChoice): Promise<readonly AuditEntry[]> {
  let chosen: AuditEntry[] = [];
  for await (const { lines } of readAuditLines(root)) {
    for (const line of lines) {
      const entry = entryIn(line);
      if (entry && (target === undefined || entry.target === target)) chosen.push(entry);
    }
    if (chosen.length > limit) chosen = chosen.slice(-limit);
  }
  return chosen;
}

function entryIn(line: string): AuditEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<AuditEntry> | null;
    return typeof value?.action === 'string' && typeof value.at === 'string' ? (value as AuditEntry) : undefined;
  } catch {
    return undefined; // Said by `audit verify`, with its place.
  }
}

/** Puts a broken log aside and begins a new one, whose first entry names the old. Refused where the log is whole. */
export async function renewAudit(
  root: string,
  {
    by,
    reason,
    world,
  }: { readonly by: string; readonly reason: string; readonly world: Pick<World, 'audit' | 'clock'> },
): Promise<Result<{ readonly aside: string }>> {
  const verdict = await auditVerdict(root);
  if (verdict.type === 'whole')
    return refuse('AUDIT_WHOLE', 'The audit log is whole: there is nothing to renew.', exitCodes.invalidInput);
  const sha256 = await hashOf(auditFile(root));
  return refusedUnrecorded(async () => {
    const aside = await moveAuditAside(root, world.clock.now());
    const details = { aside, sha256, why: verdict.why, line: verdict.line };
    await recordFirst(world.audit, [{ action: 'audit.renewed', by, reason, details }], createRedactor([]));
    return ok({ aside });
  });
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return hash.digest('hex');
}
