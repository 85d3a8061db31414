import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../adapters/index.ts';
import {
  comparePlans,
  type FolderRequest,
  findingsAsApplied,
  foldRun,
  gatherFolder,
  gatherStored,
  historyPlan,
  isError,
  makeFolderPlan,
  migrationsOf,
  type Plan,
  type PlanShape,
  type RunRecord,
  restorePlan,
  standingProblems,
  standingsByOperation,
  targetId,
} from '../../../core/index.ts';
import { sqlSyntax } from '../../../parsers/index.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeLeases } from '../../support/fake-leases.ts';

const hasher = createHasher();
const files = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  'm/R1__a.sql': 'DROP TABLE a;',
  'm/V2__add_b.sql': 'CREATE TABLE b (x int);',
  'm/R2__b.sql': '-- nothing\n/* can take it back */\n',
  'm/V10__c.sql': 'CREATE TABLE c (x int);',
  'm/R__views.sql': 'CREATE VIEW v AS SELECT 1;',
};
const config = {
  project: 'shop',
  connections: { db: { backend: 'sqlite', file: 'data.db' } },
  targets: { dev: { connection_ref: 'db' }, careful: { connection_ref: 'db', min_approvals: 2 } },
};

function world(contents: Readonly<Record<string, string>> = files) {
  const own = fakeFiles(contents);
  own.contents.set('deploy-config.json', JSON.stringify(config));
  return { files: own, leases: fakeLeases(), hasher, syntax: sqlSyntax };
}

async function made(
  shape: PlanShape = {},
  contents: Readonly<Record<string, string>> = files,
  more: Partial<FolderRequest> = {},
) {
  const own = world(contents);
  const inputs = await gatherFolder(own, {
    folder: 'm',
    paths: Object.keys(contents),
    unfollowed: [],
    configFile: 'deploy-config.json',
    target: targetId('dev'),
    shape,
    isLook: false,
    createdAt: new Date('2026-02-05T12:00:00Z'),
    ...more,
  });
  return makeFolderPlan(inputs, own);
}

async function plan(...given: Parameters<typeof made>): Promise<Plan> {
  const result = await made(...given);
  if (result.type === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

async function refusals(...given: Parameters<typeof made>): Promise<string[]> {
  const result = await made(...given);
  return result.type === 'refused' ? result.problems.filter(isError).map(({ code }) => code) : [];
}

const ids = (of: Plan) => of.operations.map(({ id }) => id);

describe('the plan of a folder', () => {
  it('has its migrations in order, each after the one before it, named by their files', async () => {
    const made = await plan();
    expect(made.operations.map(({ id, name, dependsOn }) => [id, name, ...dependsOn])).toEqual([
      ['V1__a', 'A'],
      ['V2__add_b', 'Add b', 'V1__a'],
      ['V10__c', 'C', 'V2__add_b'],
      ['R__views', 'Views', 'V10__c'],
    ]);
    expect(made.source).toMatchObject({ kind: 'migrations_folder', file: 'm', planId: 'm' });
    expect(made).toMatchObject({ project: 'shop', target: { id: 'dev' }, approval: { required: false } });
  });

  it('pairs rollbacks, and says that an empty one takes nothing back', async () => {
    const result = await made();
    if (result.type === 'refused') throw new Error('refused');
    expect(
      migrationsOf(result.plan).map(({ rollback }) => (typeof rollback === 'object' ? rollback.path : rollback)),
    ).toEqual(['m/R1__a.sql', undefined, undefined, undefined]);
    expect(result.findings.map(({ code, file }) => [code, file])).toEqual([['ROLLBACK_EMPTY', 'm/R2__b.sql']]);
  });

  it('has a digest that changes with a script, a file and a lifted refusal, and with nothing else', async () => {
    const { digest } = await plan();
    expect((await plan({}, files, { createdAt: new Date('2030-01-01T00:00:00Z') })).digest).toBe(digest);
    const turned = Object.fromEntries(Object.entries(files).reverse());
    expect((await plan({}, turned)).digest).toBe(digest);
    const others = await Promise.all([
      plan({}, { ...files, 'm/V1__a.sql': 'CREATE TABLE a (y int);' }),
      plan({}, { ...files, 'm/V11__d.sql': 'SELECT 1' }),
      plan({ transaction: 'all' }),
      plan({ to: '2' }),
      plan({ outOfOrder: [{ file: 'V2__add_b.sql', reason: 'merged late' }] }),
    ]);
    expect(new Set([digest, ...others.map((one) => one.digest)]).size).toBe(6);
  });

  it.each([
    ['2', ['V1__a', 'V2__add_b']],
    ['V0002', ['V1__a', 'V2__add_b']],
    ['10', ['V1__a', 'V2__add_b', 'V10__c']],
  ])('stops at version %s', async (to, expected) => expect(ids(await plan({ to }))).toEqual(expected));

  it('asks for approvals where the target says how many', async () => {
    const made = await plan({}, files, { target: targetId('careful') });
    expect(made.approval).toMatchObject({ required: true, minApprovals: 2 });
  });

  it('keeps why a refusal was lifted with the operation', async () => {
    const twice = { ...files, 'm/V10__other.sql': 'CREATE TABLE o (x int);' };
    const made = await plan({ duplicates: [{ file: 'm/V10__other.sql', reason: 'two teams' }] }, twice);
    expect(migrationsOf(made).find(({ id }) => id === 'V10__other')).toMatchObject({
      allows: ['duplicate_version'],
      reason: 'duplicate version: two teams',
    });
  });

  it.each<[string, PlanShape, Record<string, string>, Partial<FolderRequest>, string]>([
    ['a version is not there', { to: '7' }, files, {}, 'NO_SUCH_VERSION'],
    [
      'a lifted refusal names no file',
      { outOfOrder: [{ file: 'V7.sql', reason: 'x' }] },
      files,
      {},
      'NO_SUCH_MIGRATION',
    ],
    ['a version is used twice', {}, { ...files, 'm/0002_x.sql': 'SELECT 1' }, {}, 'DUPLICATE_VERSION'],
    ['the folder has no migration', {}, { 'm/seed.sql': 'SELECT 1' }, {}, 'NO_MIGRATIONS'],
    ['no target is named', {}, files, { target: undefined }, 'TARGET_MISSING'],
    ['the target is not known', {}, files, { target: targetId('nowhere') }, 'UNKNOWN_TARGET'],
    ['two rollbacks fit', {}, { ...files, 'm/U1__a.sql': 'DROP TABLE a' }, {}, 'ROLLBACK_AMBIGUOUS'],
  ])('is refused where %s', async (_what, shape, contents, more, code) =>
    expect(await refusals(shape, contents, more)).toContain(code),
  );

  it('tells what is wrong with a script as an error, and as an information once it is applied', async () => {
    const broken = { ...files, 'm/V11__d.sql': 'BEGIN; SELECT 1; COMMIT;' };
    const result = await made({}, broken);
    if (result.type === 'refused') throw new Error('refused');
    const severities = (state: 'applied' | 'pending') =>
      findingsAsApplied(
        result.plan,
        result.findings.filter(({ code }) => code === 'OWN_TRANSACTION'),
        new Map(result.plan.operations.map(({ id }) => [id, { state, note: undefined, row: undefined }])),
      ).map(({ severity }) => severity);
    expect(severities('pending')).toEqual(['error', 'error']);
    expect(severities('applied')).toEqual(['information', 'information']);
  });

  it('lets everything be looked at that nothing would run', async () => {
    const odd = { ...files, 'm/0010_x.sql': 'SELECT 1', 'm/U1__a.sql': 'DROP TABLE a' };
    const result = await made({}, odd, { isLook: true });
    expect(result.type).toBe('planned');
    if (result.type === 'planned')
      expect(result.findings.map(({ code, severity }) => [code, severity])).toEqual([
        ['ROLLBACK_AMBIGUOUS', 'warning'],
        ['DUPLICATE_VERSION', 'warning'],
      ]);
  });

  it('warns of a migration without a statement, and hints at folders that are not followed', async () => {
    const result = await made({}, { ...files, 'm/V11__later.sql': '-- to come\n' }, { unfollowed: ['m/old'] });
    if (result.type === 'refused') throw new Error('refused');
    expect(result.findings.map(({ code, severity, file }) => [code, severity, file])).toEqual([
      ['FOLDER_NOT_FOLLOWED', 'hint', 'm/old'],
      ['ROLLBACK_EMPTY', 'information', 'm/R2__b.sql'],
      ['MIGRATION_EMPTY', 'warning', 'm/V11__later.sql'],
    ]);
  });
});

describe('a stored plan of a folder', () => {
  const restored = async (stored: Plan, contents: Readonly<Record<string, string>>): Promise<Plan> => {
    const own = world(contents);
    const request = { configFile: 'deploy-config.json', createdAt: new Date('2026-02-05T13:00:00Z') };
    const result = restorePlan(stored, await gatherStored(stored, own, request), own);
    if (result.type === 'refused') throw new Error(JSON.stringify(result.problems));
    return result.plan;
  };
  const record = foldRun([
    {
      v: 1,
      seq: 1,
      at: '2026-02-05T12:00:00Z',
      attempt: 1,
      type: 'run.created',
      run: '20260205-120000-aaaaaa',
      planDigest: '',
      planFile: 'm',
      planName: '',
      project: '',
      target: 'dev',
      by: '',
      operations: [],
    } as never,
  ]) as RunRecord;

  it('is the same plan while its files are the same, whatever else came into the folder', async () => {
    const stored = await plan({ to: '10', outOfOrder: [{ file: 'V2__add_b.sql', reason: 'merged late' }] });
    const now = await restored(stored, { ...files, 'm/V3__new.sql': 'SELECT 1' });
    expect(now.digest).toBe(stored.digest);
    expect(comparePlans(stored, now, record)).toEqual({ type: 'same' });
  });

  it('shows a mended script as an amendment', async () => {
    const stored = await plan();
    const now = await restored(stored, { ...files, 'm/V10__c.sql': 'CREATE TABLE c (y int);' });
    expect(comparePlans(stored, now, record)).toMatchObject({
      type: 'amended',
      amendments: [{ operation: 'V10__c', script: 'm/V10__c.sql' }],
    });
  });

  it('cannot be made again without one of its files', async () => {
    const { 'm/V10__c.sql': _gone, ...rest } = files;
    await expect(restored(await plan(), rest)).rejects.toThrow('does not exist');
  });

  it('of a change of history is made again to the same digest, whatever stands in the files', async () => {
    const broken = { ...files, 'm/V2__add_b.sql': "BEGIN; SELECT 'open" };
    const from = await plan({}, files);
    const change = {
      action: 'mark_applied' as const,
      title: 'Mark',
      reason: 'by hand',
      operations: migrationsOf(from),
    };
    const marked = await restored(historyPlan(from, change, hasher), broken);
    expect((await restored(marked, broken)).digest).toBe(marked.digest);
    expect(marked).toMatchObject({ purpose: { type: 'history' }, approval: { required: false } });
    expect(migrationsOf(marked).map(({ action, reason }) => [action, reason])).toEqual(
      from.operations.map(() => ['mark_applied', 'by hand']),
    );
  });
});

describe('what a target’s history says against a folder', () => {
  const rowOf = (own: Plan, path: string, changes: object = {}) => {
    const script = migrationsOf(own).find((one) => one.script.path === path)?.script;
    return {
      scope: 'shop',
      path,
      version: '',
      status: 'succeeded' as const,
      checksum: script?.checksum ?? ('f'.repeat(64) as never),
      tokenChecksum: script?.tokenChecksum ?? ('f'.repeat(64) as never),
      sql: '',
      appliedAt: '2026-02-05T12:00:00.000Z',
      appliedBy: 'ann',
      executionMs: 1,
      runId: 'r',
      statementIndex: 1,
      inFlight: false,
      reason: undefined,
      ...changes,
    };
  };
  const problems = (own: Plan, rows: ReturnType<typeof rowOf>[], isGone = (_path: string) => false) =>
    standingProblems(own, standingsByOperation(own, rows, { isGone, failed: new Set() }), () => rows).map(
      ({ code, severity, file }) => [severity, code, file],
    );

  it('is nothing where all is applied, or nothing is', async () => {
    const own = await plan();
    expect(problems(own, [])).toEqual([]);
    expect(
      problems(
        own,
        Object.keys(files).map((path) => rowOf(own, path)),
      ),
    ).toEqual([]);
  });

  it('is an error for a migration that comes too late, and an information once it is allowed', async () => {
    const rows = (own: Plan) => [rowOf(own, 'm/V1__a.sql'), rowOf(own, 'm/V10__c.sql')];
    const own = await plan();
    expect(problems(own, rows(own))).toEqual([['error', 'OUT_OF_ORDER', 'm/V2__add_b.sql']]);
    const allowed = await plan({ outOfOrder: [{ file: 'V2__add_b.sql', reason: 'merged late' }] });
    expect(problems(allowed, rows(allowed))).toEqual([['information', 'OUT_OF_ORDER', 'm/V2__add_b.sql']]);
  });

  it('is an error for a changed migration, and none for a changed repeatable one', async () => {
    const own = await plan();
    const other = { checksum: 'a'.repeat(64) as never, tokenChecksum: 'b'.repeat(64) as never };
    expect(problems(own, [rowOf(own, 'm/V1__a.sql', other)])).toEqual([['error', 'MIGRATION_CHANGED', 'm/V1__a.sql']]);
    expect(problems(own, [rowOf(own, 'm/R__views.sql', other)])).toEqual([]);
  });

  it('is an information for a renamed migration, and an error where two files could be it', async () => {
    const own = await plan();
    const old = rowOf(own, 'm/V1__a.sql', { path: 'm/V1__old.sql' });
    const isGone = (path: string) => path === 'm/V1__old.sql';
    expect(problems(own, [old], isGone)).toEqual([['information', 'MIGRATION_RENAMED', 'm/V1__a.sql']]);
    const twins = await plan({}, { ...files, 'm/V11__copy.sql': files['m/V1__a.sql'] });
    const codes = problems(twins, [rowOf(twins, 'm/V1__a.sql', { path: 'm/V1__old.sql' })], isGone);
    expect(codes).toEqual([
      ['error', 'MIGRATION_RENAME_UNCLEAR', 'm/V1__a.sql'],
      ['error', 'MIGRATION_RENAME_UNCLEAR', 'm/V11__copy.sql'],
    ]);
  });
});
