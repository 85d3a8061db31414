import { describe, expect, it } from 'vitest';
import {
  type AppliedMigration,
  compareVersions,
  digest,
  type MigrationState,
  migrationStanding,
  migrationStatuses,
  migrationVersion,
  type Plan,
  planSummary,
} from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { engine, planOf } from '../run/engine.ts';

const hex = (letter: string) => digest(letter.repeat(64));
const script = { path: 'm/V2.sql', checksum: hex('a'), tokenChecksum: hex('b') };
const row = (changes: Partial<AppliedMigration> = {}): AppliedMigration => ({
  scope: 'test',
  path: 'm/V2.sql',
  version: '2',
  status: 'succeeded',
  checksum: hex('a'),
  tokenChecksum: hex('b'),
  sql: '',
  appliedAt: '2026-02-05T12:00:00.000Z',
  appliedBy: 'ann',
  executionMs: 1,
  runId: 'r',
  statementIndex: 1,
  inFlight: false,
  reason: undefined,
  ...changes,
});
const gone = { isGone: () => true, failed: new Set<string>() };
const there = { isGone: () => false, failed: new Set<string>() };

describe('how a migration stands against its target', () => {
  it.each<[string, MigrationState, AppliedMigration[], typeof gone]>([
    ['no row', 'pending', [], there],
    ['no row, and it failed here when last tried', 'failed', [], { ...there, failed: new Set(['m/V2.sql']) }],
    ['a row with its checksum', 'applied', [row()], there],
    ['a row with its tokens only', 'applied', [row({ checksum: hex('c') })], there],
    ['a row with other tokens', 'changed', [row({ checksum: hex('c'), tokenChecksum: hex('d') })], there],
    ['a row that was started', 'failed', [row({ status: 'started' })], there],
    ['a row whose rollback was started', 'failed', [row({ status: 'rolling_back' })], there],
    ['a row that was rolled back', 'rolled_back', [row({ status: 'rolled_back' })], there],
    ['its content under a name that is gone', 'renamed', [row({ path: 'm/V1.sql' })], gone],
    ['its content under a name that is still there', 'pending', [row({ path: 'm/V1.sql' })], there],
    ['its content under a gone name, not applied', 'pending', [row({ path: 'm/V1.sql', status: 'started' })], gone],
    ['its own row before that of another name', 'applied', [row({ path: 'm/V1.sql' }), row()], gone],
  ])('%s: %s', (_what, state, rows, local) => {
    expect(migrationStanding(script, rows, local).state).toBe(state);
  });

  it.each<[string, Partial<AppliedMigration>, number | undefined, string]>([
    [
      'with the statement in flight',
      { statementIndex: 2, inFlight: true },
      7,
      'stopped after statement 2 of 7; statement 3 was in flight',
    ],
    ['between two statements', { statementIndex: 2 }, 7, 'stopped after statement 2 of 7'],
    ['before the first', { statementIndex: 0 }, 7, 'stopped before statement 1 of 7'],
    [
      'at the first, nobody knows of how many',
      { statementIndex: 0, inFlight: true },
      undefined,
      'stopped before statement 1; statement 1 was in flight',
    ],
    [
      'on the way back',
      { status: 'rolling_back', statementIndex: 1 },
      3,
      'rolling back stopped after statement 1 of 3',
    ],
  ])('says how far one came that stopped %s', (_what, changes, count, note) => {
    const local = { ...there, ...(count !== undefined && { statementsIn: () => count }) };
    expect(migrationStanding(script, [row({ status: 'started', ...changes })], local).note).toBe(note);
  });

  it('takes a repeatable file whose statements changed for pending, and one whose comments changed for applied', () => {
    const views = { ...script, path: 'm/R__views.sql' };
    const of = (changes: Partial<AppliedMigration>) =>
      migrationStanding(views, [row({ path: views.path, ...changes })], there);
    expect(of({})).toMatchObject({ state: 'applied' });
    expect(of({ checksum: hex('c') })).toMatchObject({ state: 'applied' });
    expect(of({ checksum: hex('c'), tokenChecksum: hex('d') })).toMatchObject({
      state: 'pending',
      note: 'changed since it was applied',
    });
  });

  it('lists the plan in its order, then what was applied and is gone; unreadable is unknown, never pending', async () => {
    const plan = await plans();
    const rows = [row({ path: 'm/V9.sql', version: '9' }), row({ path: 'm/V1.sql', checksum: hex('f') })];
    const local = { ...gone, isGone: (path: string) => path === 'm/V9.sql' };
    expect(
      migrationStatuses(plan, { rowsOn: () => rows, localOn: () => local }).map(({ file, state }) => [file, state]),
    ).toEqual([
      ['m/V1.sql', 'changed'],
      ['m/V2.sql', 'pending'],
      ['m/V9.sql', 'missing'],
    ]);
    expect(
      migrationStatuses(plan, { rowsOn: () => undefined, localOn: () => local }).map(({ state }) => state),
    ).toEqual(['unknown', 'unknown']);
    const planned = plan.operations[2] as never as { script: typeof script };
    const renamed = migrationStatuses(plan, {
      rowsOn: () => [row({ ...planned.script, path: 'm/V9.sql' })],
      localOn: () => local,
    });
    expect(renamed.map(({ state }) => state)).toEqual(['renamed', 'pending']);
  });
});

describe('the version of a migration', () => {
  it.each([
    ['m/V0002__add_orders.sql', '0002'],
    ['V1.2.3__x.sql', '1.2.3'],
    ['V1_2__x.sql', '1.2'],
    ['20260205120000_x.sql', '20260205120000'],
    ['001-init.sql', '001'],
    ['V7.sql', '7'],
    ['R0002__rollback.sql', '0002'],
    ['seed.sql', 'seed'],
    ['a/b/seed.SQL', 'seed'],
    ['2fast.sql', '2fast'],
  ])('the version of %s is %s', (path, version) => expect(migrationVersion(path)).toBe(version));
});

describe('the order of versions', () => {
  it.each([
    ['9', '10'],
    ['0009', '10'],
    ['1.2', '1.10'],
    ['1', '1.1'],
    ['1.9.9', '2'],
    ['20260205120000', '20260205120001'],
    ['3', '20260205120000'],
    ['99999999999999999998', '99999999999999999999'],
  ])('%s comes before %s', (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
  });
  it.each([
    ['2', '0002'],
    ['1.0', '1'],
    ['1.02', '1.2'],
  ])('%s and %s are one version', (a, b) => expect(compareVersions(a, b)).toBe(0));
});

describe('the summary of a plan', () => {
  it('counts in words, with the states of the migrations', async () => {
    expect(planSummary(await plans(), ['pending', 'rolled_back'])).toBe(
      '2 pre-checks, 1 backup, 2 migrations (1 pending, 1 rolled back), 1 pause, 1 post-check',
    );
    expect(planSummary(await plans(), [])).toContain('2 migrations, 1 pause');
    expect(planSummary({ ...(await plans()), operations: [] }, [])).toBe('nothing to run');
  });
});

const plans = (): Promise<Plan> =>
  planOf(engine('auto', { 'm/V1.sql': 'SELECT 1', 'm/V2.sql': 'SELECT 2' }), {
    pre_checks: [
      { id: 'c', type: 'connection' },
      { id: 'd', type: 'disk_space', min_gb: 1 },
    ],
    steps: [
      migration('s1', 'm/V1.sql'),
      migration('s2', 'm/V2.sql'),
      { id: 'b', name: 'b', type: 'backup', target: 'x/' },
      { id: 'p', name: 'p', type: 'pause', message: 'look' },
    ],
    post_checks: [{ id: 'o', type: 'object_count', min: 0 }],
  });
