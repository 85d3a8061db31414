import { unreachable } from '../base/unreachable.ts';
import type { Operation } from '../model/operation.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationResult } from './operation-result.ts';
import { runBackup } from './operations/backup.ts';
import { checkConnection, checkDiskSpace, checkMigrationHistory, checkObjectCount } from './operations/checks.ts';
import { runCommand } from './operations/command.ts';
import { runHealthCheck } from './operations/health-check.ts';
import { leaveAsItIs } from './operations/leave-as-it-is.ts';
import { runMigration } from './operations/migration.ts';
import { runPause } from './operations/pause.ts';
import { runSqlCheck } from './operations/sql-check.ts';

/** One try of one operation. */
export function runOperation(
  operation: Operation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  switch (operation.type) {
    case 'migration':
      return runMigration(operation, context, signal);
    case 'sql_check':
      return runSqlCheck(operation, context, signal);
    case 'backup':
      return runBackup(operation, context, signal);
    case 'health_check':
      return runHealthCheck(operation, context, signal);
    case 'command':
    case 'hook':
    case 'build':
    case 'test':
    case 'deploy':
      return runCommand(operation, context, signal);
    case 'irreversible':
      return Promise.resolve(leaveAsItIs(operation));
    case 'pause':
      return runPause(operation, context, signal);
    case 'connection':
      return checkConnection(operation, context, signal);
    case 'disk_space':
      return checkDiskSpace(operation, context);
    case 'migration_history':
      return checkMigrationHistory(operation, context, signal);
    case 'object_count':
      return checkObjectCount(operation, context, signal);
    default:
      return unreachable(operation);
  }
}
