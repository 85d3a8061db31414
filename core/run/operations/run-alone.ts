import type { DatabaseSession, SqlOutcome } from '../../ports/databases.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { leaseLost, type OperationResult } from '../operation-result.ts';
import { migrationLimits, pauseForLock } from './lock-pause.ts';
import type { Member } from './member.ts';
import { placeIn, refusedFailure } from './migration-failure.ts';
import { cancelledBetween } from './run-in-transaction.ts';
import { asSent, echoesBefore } from './script-chunks.ts';

export type AloneEnd = OperationResult | 'taken' | { readonly outcome: 'finished'; readonly executionMs: number };

/**
 * A migration statement by statement, from the statement `at` on; the row in the target says how far it came. What was applied stays
 * applied where a later statement fails. Spec: rulings, "Migration history, twice".
 */
export async function runAlone(
  member: Member,
  at: number,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<AloneEnd> {
  const { claim, prepared } = member;
  const { clock } = context.world;
  const started = clock.monotonicMs();
  const count = prepared.statements.length;
  const ended = (outcome: Exclude<SqlOutcome<unknown>, { type: 'done' }>, index: number | undefined) =>
    endStopped(outcome, member, { index, applied: index ?? at, context });

  if (!(await context.lease.confirm())) return leaseLost();
  const begun = await session.startAlone(claim, at, signal);
  if (begun.type !== 'done') return ended(begun, undefined);
  if (begun.value === 'taken') return 'taken';
  for (let index = at; index < count; index++) {
    for (const text of echoesBefore(prepared.directives, index)) context.log(info(text));
    const ran = await runOne(member, index, session, context, signal);
    if (ran === 'lease-lost') return leaseLost();
    if (ran.type !== 'done') return ended(ran, index);
  }
  for (const text of echoesBefore(prepared.directives, count)) context.log(info(text));
  if (!(await context.lease.confirm())) return leaseLost();
  const executionMs = Math.round(clock.monotonicMs() - started);
  const finished = await session.finishAlone({ scope: claim.scope, path: claim.path, executionMs });
  if (finished.type !== 'done') return endStopped(finished, member, { index: undefined, applied: count, context });
  return { outcome: 'finished', executionMs };
}

/** One statement; it is sent again only where it waited in vain for a lock. */
async function runOne(
  { operation, claim, prepared }: Member,
  index: number,
  session: DatabaseSession,
  context: OperationContext,
  signal: AbortSignal,
): Promise<SqlOutcome<void> | 'lease-lost'> {
  const statement = prepared.statements[index];
  if (!statement) throw new Error(`The script has no statement ${index + 1}.`);
  for (let n = 1; ; n++) {
    if (signal.aborted) return cancelledBetween;
    if (!(await context.lease.confirm())) return 'lease-lost';
    const place = { scope: claim.scope, path: claim.path, index };
    const ran = await session.runAlone(place, asSent(statement), migrationLimits(context), signal);
    if (ran.type !== 'refused' || ran.cause !== 'lock-timeout' || signal.aborted) return ran;
    if ((await pauseForLock(n, operation, context, signal)) === 'spent') return ran;
  }
}

interface Stop {
  /** The statement that did not come through. */
  readonly index: number | undefined;
  /** How many statements are applied. */
  readonly applied: number;
  readonly context: OperationContext;
}

async function endStopped(
  outcome: Exclude<SqlOutcome<unknown>, { type: 'done' }>,
  member: Member,
  { index, applied, context }: Stop,
): Promise<OperationResult> {
  const { operation, prepared } = member;
  const statement = index === undefined ? undefined : prepared.statements[index];
  const where = { operation, prepared, statement };
  const count = prepared.statements.length;
  // What the row says now is for the next look to find out.
  context.target.history = undefined;
  if (outcome.type === 'lost') {
    await context.target.drop();
    const what = index === undefined ? 'its history row' : `statement ${index + 1} of ${count}`;
    const sure = applied > 0 ? ` ${capital(appliedInWords(applied, count))}` : '';
    const message = `The connection was lost with ${what} in flight (${outcome.message}).${sure} How far it came is read from the target's own history on resume; what that cannot tell is asked of you.`;
    return { outcome: 'unknown', retryable: false, failure: { code: 'CONNECTION_LOST', message, ...placeIn(where) } };
  }
  const mend = outcome.cause === 'error' && index !== undefined ? ` Mend statement ${index + 1} and resume.` : '';
  const stands = appliedInWords(applied, count);
  const failure = refusedFailure(
    outcome,
    where,
    context,
    `${outcome.cause === 'error' ? capital(stands) : stands}${mend}`,
  );
  if (outcome.cause === 'cancelled') return { outcome: 'cancelled', retryable: false, failure };
  const { path, checksum } = operation.script;
  return {
    outcome: 'failed',
    retryable: true,
    failure,
    migration: { file: path, checksum, status: 'failed', executionMs: 0 },
  };
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "statements 1–2 of 7 are applied and stay applied." */
export function appliedInWords(applied: number, count: number): string {
  if (applied === 0) return 'nothing of it is applied.';
  if (applied >= count) return `all ${count} statements are applied.`;
  const which = applied === 1 ? `statement 1 of ${count} is` : `statements 1–${applied} of ${count} are`;
  return `${which} applied and ${applied === 1 ? 'stays' : 'stay'} applied.`;
}
