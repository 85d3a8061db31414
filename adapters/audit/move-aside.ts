import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { onCode } from '../durable/error-code.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { auditFile, auditKeeper } from './audit-files.ts';

/** Keeps the log as `audit-<moment>.jsonl` and forgets its newest entry; the new name, relative to `.srdeploy`. Empty where there was none. */
export async function moveAuditAside(project: string, at: Date): Promise<string> {
  const file = auditFile(project);
  const aside = join(dirname(file), `audit-${at.toISOString().replaceAll(/[-:.]/g, '')}.jsonl`);
  const moved = await rename(file, aside).then(() => true, onCode(['ENOENT'], false));
  await rm(auditKeeper(project), { recursive: true, force: true });
  await syncFolder(dirname(file));
  return moved ? basename(aside) : '';
}
