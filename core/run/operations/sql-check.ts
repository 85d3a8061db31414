import type { SqlCheckOperation } from '../../model/operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult, readOnlyResult, succeeded } from '../operation-result.ts';

/** Runs the query read-only and looks whether there is a row. Spec: rulings, "Checks". */
export async function runSqlCheck(
  operation: SqlCheckOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const opened = await context.target.open(signal);
  if (opened.type === 'closed') return failed({ code: 'CONNECT_FAILED', message: opened.message });
  const answer = await opened.session.query(operation.sql, 1, { timeoutMs: context.remainingMs() }, signal);
  if (answer.type === 'lost') await context.target.drop();
  if (answer.type !== 'done') return readOnlyResult(answer, 'The check');
  const isEmpty = answer.value.rows.length === 0;
  if (isEmpty === (operation.expect === 'empty'))
    return succeeded(isEmpty ? 'no row, as expected' : 'a row, as expected');
  const message = isEmpty
    ? 'The query gave no row, but at least one was expected.'
    : 'The query gave a row, but none was expected.';
  return failed({ code: 'CHECK_FAILED', message, statement: operation.sql.slice(0, 2_000) });
}
