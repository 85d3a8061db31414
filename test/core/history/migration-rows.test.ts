import { describe, expect, it } from 'vitest';
import { currentMigration, foldRun, type MigrationRow, migrationRow, runId } from '../../../core/index.ts';
import { attemptStarted, created, eventWriter, finished, migrated, sampleRun } from './sample-events.ts';

const event = eventWriter();
const record = foldRun([event(created()), event(attemptStarted()), event(attemptStarted('bob'), 2)]);
if (!record) throw new Error('no record');

describe('rows of the migration history', () => {
  it('come from the end of a migration only, with who ran the attempt', () => {
    expect(migrationRow(record, event(finished('backup')))).toBeUndefined();
    expect(migrationRow(record, event(migrated('first', 'failed'), 2))).toMatchObject({
      run: sampleRun,
      seq: 5,
      attempt: 2,
      file: 'migrations/first.sql',
      target: 'staging',
      appliedBy: 'bob',
      status: 'failed',
      errorMessage: 'no such table: oders',
    });
  });

  const row = (status: MigrationRow['status'], appliedAt: string, run = sampleRun): MigrationRow => ({
    ...(migrationRow(record, event(migrated('first'))) as MigrationRow),
    run,
    status,
    appliedAt,
  });

  it('have the latest try as the current view, in whichever order they are found', () => {
    const tries = [row('failed', '2026-01-01'), row('success', '2026-01-02'), row('rolled_back', '2026-01-03')];
    for (const order of [tries, [...tries].reverse()]) expect(currentMigration(order)?.status).toBe('rolled_back');
    expect(currentMigration([])).toBeUndefined();
  });

  it('do not lose a success to a later failure, but do to a rollback', () => {
    const other = runId('20260206-120000-bbbbbb');
    const success = row('success', '2026-01-02');
    expect(currentMigration([success, row('failed', '2026-01-03', other)])).toEqual(success);
    expect(
      currentMigration([success, row('rolled_back', '2026-01-03'), row('failed', '2026-01-04', other)])?.status,
    ).toBe('failed');
  });
});
