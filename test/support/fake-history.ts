import type { AppliedMigration, Claim } from '../../core/index.ts';

export const rowKey = (scope: string, path: string): string => JSON.stringify([scope, path]);

/** Writes the row of a migration that begins; of one that is rolled back it keeps what the migration was. */
export function claimRow(history: Map<string, AppliedMigration>, claim: Claim, at: number): 'claimed' | 'taken' {
  const { action, ...row } = claim;
  const key = rowKey(row.scope, row.path);
  const before = history.get(key);
  const isThere = before?.status === 'succeeded' || before?.status === 'rolling_back';
  const begun = { appliedAt: '2026-02-05T12:00:00.000Z', executionMs: 0, statementIndex: at, inFlight: false };
  if (action === 'roll_back') {
    if (!before || !isThere) return 'taken';
    const { appliedBy, runId, reason } = row;
    history.set(key, { ...before, ...begun, appliedBy, runId, reason, status: 'rolling_back' });
    return 'claimed';
  }
  if (isThere) return 'taken';
  history.set(key, { ...row, ...begun, status: 'started' });
  return 'claimed';
}

export const finishRow = (row: AppliedMigration, executionMs: number, statementIndex: number): AppliedMigration => ({
  ...row,
  status: row.status === 'rolling_back' ? 'rolled_back' : 'succeeded',
  executionMs: Math.round(executionMs),
  statementIndex,
  inFlight: false,
});
