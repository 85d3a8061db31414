import type { BackupOperation } from '../../model/operation.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { failed, type OperationResult, readOnlyResult, succeeded } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';

const extensions = { postgresql: 'dump', sqlite: 'db', mysql: 'sql', firebird: 'fbk', scratchbird: 'dump' } as const;

/** Writes a snapshot of the target; an existing file is never overwritten. Spec: rulings, "Backup". */
export async function runBackup(
  operation: BackupOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { world } = context;
  const path = await backupPath(operation, context);
  const there = await world.files.readText(path);
  if (there.type === 'outside') {
    const message = `${path} lies outside the project once symbolic links are followed. Nothing was written.`;
    return failed({ code: 'BACKUP_REFUSED', message, file: path }, false);
  }
  if (there.type !== 'missing') {
    const message = `${path} exists already, and a backup never overwrites a file. Use {run_id} or {timestamp} in "target".`;
    return failed({ code: 'BACKUP_EXISTS', message, file: path }, false);
  }
  const place = await world.files.prepareForWriting(path);
  if (place.type === 'refused') return failed({ code: 'BACKUP_REFUSED', message: place.message, file: path }, false);
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const written = await opened.session.backup(place.absolute, { timeoutMs: context.remainingMs() }, signal);
  if (written.type !== 'done') return readOnlyResult(written, 'The backup');
  context.log(info(`${path}: ${written.value.bytes} bytes, SHA-256 ${written.value.sha256}`));
  return succeeded(`${path} (${inUnits(written.value.bytes)})`);
}

async function backupPath(operation: BackupOperation, context: OperationContext): Promise<string> {
  const timestamp = context.world.clock
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');
  const expanded = operation.destination
    .replaceAll('{plan_id}', context.plan.source.planId)
    .replaceAll('{run_id}', context.run)
    .replaceAll('{timestamp}', timestamp);
  const isFolder = expanded.endsWith('/') || (await context.world.files.readText(expanded)).type === 'not-a-file';
  if (!isFolder) return expanded;
  return `${expanded.replace(/\/+$/, '')}/${context.plan.target.id}-${timestamp}.${extensions[dialectIn(context)]}`;
}

function inUnits(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
