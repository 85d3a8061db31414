import type { DatabaseSession, Limits, ScriptOutcome, ScriptStatement, SqlOutcome } from '../../core/index.ts';
import { done, type Refused, refused } from '../sql-refusal.ts';
import { aloneRefusal, statementRefusal } from '../statement-guard.ts';
import { askUntilFree } from './ask-until-free.ts';
import type { ScriptCall } from './child-protocol.ts';
import { createSqliteTurns } from './sqlite-turns.ts';
import { type Asked, UNBOUNDED_WAIT, type Worker } from './sqlite-worker.ts';

/** How long a COMMIT waits for readers where the migration has no bound of its own; milliseconds. */
const COMMIT_WAIT = 60_000;
/** What no transaction takes, or what it silently ignores. */
const OUTSIDE = /^\s*(?:VACUUM|PRAGMA|ATTACH|DETACH)\b/i;

type Calls =
  | 'openMigration'
  | 'runStatements'
  | 'commitMigrations'
  | 'applyTurn'
  | 'rollback'
  | 'startAlone'
  | 'runAlone'
  | 'finishAlone'
  | 'changeHistory';

/** What writes migrations and their rows. */
export function createSqliteMigrations(worker: Worker, isReadOnly: boolean): Pick<DatabaseSession, Calls> {
  let commitLimits: Limits = { timeoutMs: COMMIT_WAIT };
  const readOnly = isReadOnly ? refused('error', 'The session is read-only.') : undefined;
  const commitWith = (limits: Limits) => {
    commitLimits = { ...limits, timeoutMs: limits.timeoutMs ?? COMMIT_WAIT };
  };
  const turns = createSqliteTurns(worker, ({ statements, limits }) => scriptCall(statements, limits));
  const commit = async (first?: Asked<'commitMigrations'>): Promise<SqlOutcome<void>> => {
    const outcome =
      first && first.type !== 'busy'
        ? first
        : await askUntilFree(worker, 'commit', undefined, { limits: commitLimits, isKillable: false });
    if (outcome.type === 'refused') await worker.ask('rollback', undefined, NO_LIMITS);
    return plain(outcome);
  };

  return {
    async openMigration(row, statements, limits, signal) {
      turns.mend();
      const refusal = readOnly ? { ...readOnly, statement: undefined } : guardScript(statements);
      if (refusal) return refusal;
      commitWith(limits);
      const input = { row, ...scriptCall(statements, limits) };
      return scriptOutcome(await askUntilFree(worker, 'openMigration', input, { limits, signal, isKillable: true }));
    },
    async runStatements(statements, limits, signal) {
      const refusal = guardScript(statements);
      if (refusal) return refusal;
      commitWith(limits);
      const input = scriptCall(statements, limits);
      return scriptOutcome(await askUntilFree(worker, 'runStatements', input, { limits, signal, isKillable: true }));
    },
    async commitMigrations(rows) {
      turns.mend();
      return commit(await worker.ask('commitMigrations', { rows }, NO_LIMITS));
    },
    applyTurn(turn, signal) {
      // What is refused here is told by who asks in the usual way.
      if (readOnly || guardScript(turn.statements)) return Promise.resolve({ type: 'skipped' });
      commitWith(turn.limits);
      return turns.applyTurn(turn, signal);
    },
    // A process that was killed has rolled back already.
    async rollback() {
      turns.mend();
      if (!worker.isRunning() && !worker.isLost()) return done();
      return plain(await askUntilFree(worker, 'rollback', undefined, { limits: NO_LIMITS, isKillable: false }));
    },

    async startAlone(row, at, signal) {
      if (readOnly) return readOnly;
      return plain(
        await askUntilFree(worker, 'startAlone', { row, at }, { limits: NO_LIMITS, signal, isKillable: false }),
      );
    },
    async runAlone({ scope, path, index }, { text }, limits, signal) {
      const error = aloneRefusal(text);
      if (error) return { type: 'refused', cause: 'error', error };
      commitWith(limits);
      const place = { scope, path, index };
      const input = { ...place, statement: text, waitMs: lockWait(limits) };
      const isOutside = OUTSIDE.test(text);
      const call = isOutside ? 'runOutside' : 'prepareAlone';
      const outcome = await askUntilFree(worker, call, input, { limits, signal, isKillable: true });
      if (outcome.type === 'done') return isOutside ? done() : commit();
      // The process was killed: SQLite has undone the statement, and the row must say so too.
      if (outcome.type === 'refused' && isOutside && !worker.isRunning()) {
        const recorded = await askUntilFree(worker, 'recordUndone', place, { limits: NO_LIMITS, isKillable: false });
        if (recorded.type !== 'done')
          return { type: 'lost', message: 'The record of the statement cannot be written.' };
      }
      return plain(outcome);
    },
    async finishAlone(row) {
      return plain(await askUntilFree(worker, 'finishAlone', row, { limits: commitLimits, isKillable: false }));
    },
    async changeHistory({ put, remove }, signal) {
      if (readOnly) return readOnly;
      const bounds = { limits: { timeoutMs: COMMIT_WAIT }, signal, isKillable: false };
      return plain(await askUntilFree(worker, 'changeHistory', { put, remove }, bounds));
    },
  };
}

const NO_LIMITS: Limits = { timeoutMs: undefined };

/** The child tells where it is only if it may have to be killed for its time: telling costs a message a statement. */
const scriptCall = (statements: readonly ScriptStatement[], limits: Limits): ScriptCall => ({
  statements: statements.map(({ text }) => text),
  waitMs: lockWait(limits),
  tells: limits.timeoutMs !== undefined,
});

const lockWait = ({ timeoutMs = UNBOUNDED_WAIT, lockTimeoutMs = UNBOUNDED_WAIT }: Limits): number =>
  Math.min(timeoutMs, lockTimeoutMs);

function guardScript(statements: readonly ScriptStatement[]): (Refused & { readonly statement: number }) | undefined {
  for (const [statement, { text }] of statements.entries()) {
    const error = statementRefusal(text);
    if (error) return { type: 'refused', cause: 'error', error, statement };
  }
  return undefined;
}

type Answer<T> = Exclude<SqlOutcome<T>, { type: 'refused' }> | (Refused & { readonly statement?: number });

const plain = <T>(outcome: Answer<T>): SqlOutcome<T> =>
  outcome.type === 'refused' ? { type: 'refused', cause: outcome.cause, error: outcome.error } : outcome;

function scriptOutcome<T>(outcome: Answer<T>): ScriptOutcome<T> {
  if (outcome.type === 'done') return outcome;
  return outcome.type === 'lost' ? { ...outcome, statement: undefined } : { ...outcome, statement: outcome.statement };
}
