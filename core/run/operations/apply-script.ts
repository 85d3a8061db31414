import type { MigrationOperation } from '../../model/operation.ts';
import type { Failure, MigrationResult } from '../../model/run.ts';
import { migrationVersion } from '../../plan/migration-version.ts';
import type { DatabaseSession, SqlOutcome } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import { createLineIndex } from '../../read/line-index.ts';
import type { OperationContext, Undone } from '../operation-context.ts';
import { errorInWords, leaseLost, type OperationResult } from '../operation-result.ts';

/** At most this long between two looks at the lease while statements run, in milliseconds; BEGIN and COMMIT always look. */
const leaseLookMs = 200;

/** One transaction: claim first, then the statements, then COMMIT as a message of its own. `taken`: somebody else has applied it since. */
export async function applyScript(
  operation: MigrationOperation,
  text: string,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult | 'taken'> {
  const { clock } = context.world;
  const started = clock.monotonicMs();
  const limits = () => ({ timeoutMs: context.remainingMs() });
  const statements = context.world.syntax.split(text, context.plan.connection.backend).statements;
  const result = (status: MigrationResult['status']): MigrationResult => ({
    file: operation.script.path,
    checksum: operation.script.checksum,
    status,
    executionMs: Math.round(clock.monotonicMs() - started),
  });
  const undone = (outcome: Undone, statement?: SqlStatement) =>
    endUndone(outcome, { operation, text, statement, session, context, result: result('failed') });

  const begun = await session.begin(limits(), signal);
  if (begun.type !== 'done') return undone(begun);
  const claimed = await session.claim(claimOf(operation, text, context), signal);
  if (claimed.type !== 'done') return undone(claimed);
  if (claimed.value === 'taken') {
    await session.rollback();
    return 'taken';
  }

  let looked = clock.monotonicMs();
  for (const statement of statements) {
    if (clock.monotonicMs() - looked > leaseLookMs) {
      if (!(await context.lease.confirm())) return endLeaseLost(session);
      looked = clock.monotonicMs();
    }
    const executed = await session.execute(statement.text, limits(), signal);
    if (executed.type !== 'done') return undone(executed, statement);
  }
  if (signal.aborted) return undone(notSent());
  if (!(await context.lease.confirm())) return endLeaseLost(session);
  const committed = await session.commit(context.plan.project, operation.script.path, result('success').executionMs);
  if (committed.type !== 'done') return undone(committed);
  const count = statements.length;
  return {
    outcome: 'succeeded',
    retryable: false,
    detail: `${count} statement${count === 1 ? '' : 's'}`,
    migration: result('success'),
  };
}

/** The row of a migration before it is applied. */
export const claimOf = (operation: MigrationOperation, sql: string, context: OperationContext) => ({
  scope: context.plan.project,
  path: operation.script.path,
  version: migrationVersion(operation.script.path),
  checksum: operation.script.checksum,
  tokenChecksum: operation.script.tokenChecksum,
  sql,
  appliedBy: context.by,
  runId: context.run,
  action: 'apply' as const,
  reason: operation.reason,
});

/** A cancel that came between two statements: nothing is in flight, so the rollback that follows is certain. */
const notSent = (): Undone => ({
  type: 'refused',
  cause: 'cancelled',
  error: {
    message: 'cancelled before COMMIT',
    sqlstate: undefined,
    offset: undefined,
    detail: undefined,
    hint: undefined,
  },
});

async function endLeaseLost(session: DatabaseSession): Promise<OperationResult> {
  await session.rollback();
  return leaseLost();
}

interface Ending {
  readonly operation: MigrationOperation;
  readonly text: string;
  readonly statement: SqlStatement | undefined;
  readonly session: DatabaseSession;
  readonly context: OperationContext;
  readonly result: MigrationResult;
}

/** Refused and rolled back: failed or cancelled. Lost with something in flight: unknown, settled on resume. */
async function endUndone(outcome: Undone, ending: Ending): Promise<OperationResult> {
  const back: SqlOutcome<void> = outcome.type === 'lost' ? outcome : await ending.session.rollback();
  if (back.type !== 'done') {
    await ending.context.target.drop();
    const lost = outcome.type === 'lost' ? outcome.message : 'the rollback was not confirmed';
    const message = `The connection was lost with the migration in flight (${lost}). Whether it was committed is not known here; resume settles it from the target's own history.`;
    return { outcome: 'unknown', retryable: false, failure: { code: 'CONNECTION_LOST', message, ...placeOf(ending) } };
  }
  const refused = outcome as Exclude<Undone, { type: 'lost' }>;
  if (refused.cause === 'cancelled') {
    const failure = { code: 'CANCELLED', message: 'Cancelled; the migration was rolled back.', ...placeOf(ending) };
    return { outcome: 'cancelled', retryable: false, failure };
  }
  const failure = refused.cause === 'timeout' ? timedOut(ending) : sqlError(refused, ending);
  return { outcome: 'failed', retryable: true, failure, migration: ending.result };
}

function timedOut(ending: Ending): Failure {
  const seconds = ending.operation.timeoutSec;
  const message = `The migration took longer than its time limit${seconds === undefined ? '' : ` of ${seconds} s`} and was rolled back.`;
  return { code: 'TIMEOUT', message, ...placeOf(ending) };
}

function sqlError(refused: Exclude<Undone, { type: 'lost' }>, ending: Ending): Failure {
  const { error } = refused;
  return {
    code: 'SQL_ERROR',
    message: errorInWords(error),
    ...placeOf(ending, error.offset),
    ...(error.sqlstate !== undefined && { sqlstate: error.sqlstate }),
  };
}

function placeOf({ operation, text, statement }: Ending, offset = 0): Partial<Failure> & { file: string } {
  const file = operation.script.path;
  if (!statement) return { file };
  const { line, column } = offset === 0 ? statement.start : createLineIndex(text).positionAt(statement.offset + offset);
  return { file, line, column, statement: statement.text.slice(0, 2_000) };
}
