import type { AppliedMigration } from '../../model/migration.ts';
import type { MigrationOperation } from '../../model/operation.ts';
import { lineDifference } from '../../plan/line-difference.ts';
import { type PreparedScript, prepareScript } from '../../plan/prepare-script.ts';
import { readStoredSql } from '../../plan/stored-sql.ts';
import type { DatabaseSession } from '../../ports/databases.ts';
import type { SqlStatement } from '../../ports/sql-syntax.ts';
import type { Settlement } from '../attempt-request.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';
import { placeIn } from './migration-failure.ts';
import { appliedInWords, capital } from './run-alone.ts';
import { statementEvidence } from './statement-evidence.ts';

/** `reason` is a person's, where one was needed to go on. */
export type Continuation =
  | { readonly type: 'go-on'; readonly at: number; readonly reason: string | undefined }
  | { readonly type: 'ended'; readonly result: OperationResult };

/**
 * Where a migration goes on that stopped between two statements: at the first unconfirmed one, if everything that was sent is still in the
 * file. A statement that was in flight is asked of a person. Spec: rulings, "Migration history, twice".
 */
export async function continueAlone(
  row: AppliedMigration,
  script: { readonly operation: MigrationOperation; readonly prepared: PreparedScript },
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<Continuation> {
  const { operation, prepared } = script;
  const settlement = context.settlements.find((one) => one.operation === operation.id);
  const sent = sentBefore(row, prepared, context);
  // Whoever says that a statement was not done may mend it at the same time.
  const needed = row.statementIndex + (row.inFlight && settlement?.statement !== 'not_done' ? 1 : 0);
  const changed = firstChange(sent, prepared.statements, needed, context);
  if (changed !== undefined) return { type: 'ended', result: prefixChanged(changed, sent, row, script, context) };
  if (!row.inFlight) {
    if (settlement) context.log(info(`Nothing was in flight: the answer "${answerOf(settlement)}" is not needed.`));
    if (row.statementIndex > 0)
      context.log(info(`Goes on at statement ${row.statementIndex + 1} of ${prepared.statements.length}.`));
    return { type: 'go-on', at: row.statementIndex, reason: undefined };
  }
  if (!settlement)
    return { type: 'ended', result: await inFlight(row, sent[row.statementIndex], script, session, context, signal) };
  const number = row.statementIndex + 1;
  const said = `${context.by} says that statement ${number} was ${settlement.statement === 'done' ? '' : 'not '}done: ${settlement.reason}`;
  context.log(info(said));
  return { type: 'go-on', at: row.statementIndex + (settlement.statement === 'done' ? 1 : 0), reason: said };
}

/** The statements of the text that the row holds. */
function sentBefore(row: AppliedMigration, now: PreparedScript, context: OperationContext) {
  const { plan, world } = context;
  const { text, included, values } = readStoredSql(row.sql);
  const texts = new Map(included.map((one) => [one.path, one.text]));
  const dialect = dialectIn(context);
  const settings = { ...plan.migrations, values };
  const script = { path: now.path, text, read: (path: string) => texts.get(path) };
  return prepareScript(script, { dialect, settings }, world.syntax).statements;
}

/** Index of the first statement that was sent and is not the same any more. */
function firstChange(
  sent: readonly SqlStatement[],
  now: readonly SqlStatement[],
  count: number,
  context: OperationContext,
): number | undefined {
  const { world } = context;
  const dialect = dialectIn(context);
  const tokens = (one: SqlStatement | undefined) =>
    one && `${world.syntax.normalise(one.text, dialect)}\n${one.copyData ?? ''}`;
  for (let i = 0; i < count; i++) if (tokens(sent[i]) !== tokens(now[i])) return i;
  return undefined;
}

function prefixChanged(
  index: number,
  sent: readonly SqlStatement[],
  row: AppliedMigration,
  { operation, prepared }: { readonly operation: MigrationOperation; readonly prepared: PreparedScript },
  context: OperationContext,
): OperationResult {
  const [before, statement] = [sent[index], prepared.statements[index]];
  const number = index + 1;
  context.log(info(`Statement ${number}, as it was sent (-) and as it stands in ${prepared.path} now (+):`));
  for (const line of lineDifference(before?.text ?? '', statement?.text ?? '')) context.log(info(line));
  const applied = capital(appliedInWords(row.statementIndex, sent.length));
  const message = `${prepared.path} stopped half-way, and statement ${number} was changed since, which was sent already. ${applied} Give statement ${number} its old text back (the difference is in the log) and make the change in a statement behind it, or in a new migration.`;
  return failed({ code: 'MIGRATION_PREFIX_CHANGED', message, ...placeIn({ operation, prepared, statement }) }, false);
}

async function inFlight(
  row: AppliedMigration,
  sent: SqlStatement | undefined,
  { operation, prepared }: { readonly operation: MigrationOperation; readonly prepared: PreparedScript },
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const statement = prepared.statements[row.statementIndex] ?? sent;
  const count = prepared.statements.length;
  const place = placeIn({ operation, prepared, statement });
  const where = place.line === undefined ? '' : ` (${place.file}:${place.line}:${place.column})`;
  const number = row.statementIndex + 1;
  const evidence = statement && (await statementEvidence(statement, session, dialectIn(context), signal));
  const before = row.statementIndex > 0 ? ` ${capital(appliedInWords(row.statementIndex, count))}` : '';
  const settle = `srdeploy resume ${context.run} --settle ${operation.id}`;
  const message = `Statement ${number} of ${count}${where} was sent, and the runner or the connection ended before the answer: nobody here knows whether the server did it.${before} It begins: ${beginning(statement)}${evidence === undefined ? '' : ` ${evidence}`} Look at the target and say which it is: ${settle}=done --reason "…" goes on behind it; ${settle}=not-done --reason "…" sends it again.`;
  return { outcome: 'unknown', retryable: false, failure: { code: 'STATEMENT_IN_FLIGHT', message, ...place } };
}

function beginning(statement: SqlStatement | undefined): string {
  const line = (statement?.text ?? '').replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 100)}….` : `${line}.`;
}

const answerOf = ({ statement }: Settlement): string => (statement === 'done' ? 'done' : 'not-done');
