import type { SqlCheckOperation } from '../../model/operation.ts';
import { meetsExpectation, rowsNeeded } from '../meets-expectation.ts';
import type { OperationContext } from '../operation-context.ts';
import { cutTo, failed, type OperationResult, readOnlyResult, succeeded } from '../operation-result.ts';

/** Runs the query read-only and compares what it gives with what is expected. Spec: rulings, "Checks". */
export async function runSqlCheck(
  operation: SqlCheckOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const limits = { timeoutMs: context.remainingMs() };
  const answer = await opened.session.query(operation.sql, rowsNeeded(operation.expect), limits, signal);
  if (answer.type === 'lost') await context.target.drop();
  if (answer.type !== 'done') return readOnlyResult(answer, 'The check');
  const { isMet, words } = meetsExpectation(answer.value, operation.expect);
  if (isMet) return succeeded(words);
  return failed({ code: 'CHECK_FAILED', message: words, statement: cutTo(2_000, operation.sql) });
}
