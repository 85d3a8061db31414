import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import type { PreparedScript } from '../../plan/prepare-script.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import type { Member } from './member.ts';
import { claimOf, sqlOf } from './migration-script.ts';
import type { ScriptText } from './script-text.ts';

/** What a migration meets in the target, under its lock. */
export interface Meeting {
  readonly session: DatabaseSession;
  readonly history: Map<string, AppliedMigration>;
  readonly context: OperationContext;
  readonly signal: AbortSignal;
}

/** A migration as it is applied. */
export const memberOf = (
  operation: MigrationOperation,
  script: ScriptText,
  prepared: PreparedScript,
  context: OperationContext,
  reason?: string,
): Member => ({
  operation,
  prepared,
  claim: claimOf(operation, 'apply', sqlOf(script, prepared, context), context, reason),
});

/** Planning lets no such script through; one that comes here all the same is not sent. */
export function unpreparedResult(
  operation: MigrationOperation,
  { faults }: PreparedScript,
): OperationResult | undefined {
  const [fault] = faults;
  if (!fault) return undefined;
  const { code, message, file, line, column } = fault;
  return failed({ code, message: `${operation.script.path} cannot be run: ${message}`, file, line, column }, false);
}
