import type {
  ConnectionCheck,
  DiskSpaceCheck,
  MigrationHistoryCheck,
  ObjectCountCheck,
} from '../../model/operation.ts';
import type { Plan } from '../../model/plan.ts';
import { migrationStanding, migrationsOf } from '../../plan/migration-states.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult, readOnlyResult, succeeded } from '../operation-result.ts';

/** Connects and asks for one row. */
export async function checkConnection(
  _operation: ConnectionCheck,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const answer = await opened.session.ping(signal);
  if (answer.type === 'done') return succeeded(opened.session.serverVersion);
  await context.target.drop();
  return readOnlyResult(answer, 'The connection check');
}

/** Free space where the deployment writes: the project, the folders of its backups, and a SQLite file's folder; or at the check's own path. */
export async function checkDiskSpace(operation: DiskSpaceCheck, context: OperationContext): Promise<OperationResult> {
  const { plan, world } = context;
  const paths = operation.path === undefined ? writtenPaths(plan) : [operation.path];
  const free = await Promise.all(paths.map(async (path) => ({ path, bytes: await world.files.freeBytes(path) })));
  const least = free.reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const gb = (least.bytes / 1e9).toFixed(1);
  if (least.bytes >= operation.minGb * 1e9) return succeeded(`${gb} GB free`);
  const where = least.path === '.' ? 'the project' : least.path;
  return failed({
    code: 'CHECK_FAILED',
    message: `Only ${gb} GB are free for ${where}; the plan asks for ${operation.minGb} GB.`,
  });
}

function writtenPaths(plan: Plan): readonly string[] {
  const backups = plan.operations.flatMap((one) => (one.type === 'backup' ? [one.destination] : []));
  return ['.', ...backups, ...(plan.connection?.backend === 'sqlite' ? [plan.connection.file] : [])];
}

/** Every migration of the plan is recorded in the target as succeeded with the checksum on disk. */
export async function checkMigrationHistory(
  _operation: MigrationHistoryCheck,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const rows = await opened.session.readHistory(context.plan.project, signal);
  if (rows.type !== 'done') return readOnlyResult(rows, 'The history check');
  const migrations = migrationsOf(context.plan);
  const wrong = migrations.flatMap(({ script }) => {
    const { state } = migrationStanding(script, rows.value ?? [], { isGone: () => false, failed: new Set() });
    return state === 'applied' ? [] : [`${script.path} is ${state}`];
  });
  if (wrong.length === 0) return succeeded(`${migrations.length} recorded`);
  return failed({
    code: 'CHECK_FAILED',
    message: `The target's history does not have every migration of the plan: ${wrong.join('; ')}.`,
  });
}

/** Tables, views and indexes in the user schemas. */
export async function checkObjectCount(
  operation: ObjectCountCheck,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const count = await opened.session.countObjects(signal);
  if (count.type !== 'done') return readOnlyResult(count, 'Counting objects');
  if (count.value >= operation.min) return succeeded(`${count.value} objects`);
  const message = `The target has ${count.value} tables, views and indexes; the plan asks for at least ${operation.min}.`;
  return failed({ code: 'CHECK_FAILED', message });
}
