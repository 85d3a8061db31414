import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AppliedMigration,
  digest,
  duplicateVersions,
  highestApplied,
  isOutOfOrder,
  isRepeatable,
  migrationFiles,
  migrationName,
} from '../../../core/index.ts';

const pathsIn = (paths: readonly string[]) => migrationFiles(paths).files.map(({ path }) => path);
const codesIn = (paths: readonly string[]) =>
  migrationFiles(paths).problems.map(({ code, severity, file }) => [severity, code, file]);

describe('what a file in a migrations folder is, by its name', () => {
  it.each([
    ['V0003__add_orders.sql', 'versioned', '0003', 'add_orders'],
    ['v3__add_orders.SQL', 'versioned', '3', 'add_orders'],
    ['V1.2__split.sql', 'versioned', '1.2', 'split'],
    ['V1_2__split.sql', 'versioned', '1.2', 'split'],
    ['0002_x.sql', 'versioned', '0002', 'x'],
    ['0002-x.sql', 'versioned', '0002', 'x'],
    ['0001_2fa.sql', 'versioned', '0001', '2fa'],
    ['7.sql', 'versioned', '7', ''],
    ['20260205120000_x.sql', 'versioned', '20260205120000', 'x'],
    ['2026_02_05_120000_create_users.sql', 'versioned', '2026.02.05.120000', 'create_users'],
    ['20260205120000_x.up.sql', 'versioned', '20260205120000', 'x'],
    ['0002_x.down.sql', 'rollback', '0002', 'x'],
    ['R0002__anything.sql', 'rollback', '0002', 'anything'],
    ['U2__undo.sql', 'rollback', '2', 'undo'],
    ['V2__x.down.sql', 'rollback', '2', 'x'],
  ])('%s is %s, version %s', (path, kind, version, description) =>
    expect(migrationName(`some/folder/${path}`)).toEqual({ kind, version, description }),
  );

  it.each([
    ['R__views.sql', 'repeatable'],
    ['R__0002_views.sql', 'repeatable'],
    ['add_orders.up.sql', 'named'],
    ['LATEST.sql', 'snapshot'],
    ['schema.sql', 'snapshot'],
    ['Structure.sql', 'snapshot'],
    ['_V3__draft.sql', 'private'],
    ['.V3__x.sql', 'private'],
    ['seed.sql', 'unversioned'],
    ['V__x.sql', 'unversioned'],
    ['Version2.sql', 'unversioned'],
    ['2fast.sql', 'unversioned'],
    ['README.md', 'other'],
    ['V3__x.sql.bak', 'other'],
    ['V3__x', 'other'],
  ])('%s is %s', (path, kind) => expect(migrationName(path).kind).toBe(kind));

  it('tells a repeatable file from a rollback', () => {
    expect(isRepeatable('m/R__0002.sql')).toBe(true);
    expect(isRepeatable('m/R0002__x.sql')).toBe(false);
  });
});

describe('the order of a folder', () => {
  it('is by version as a number, then by name, repeatable files last', () => {
    const ordered = [
      'm/V1__a.sql',
      'm/V1.2__b.sql',
      'm/V1.10__c.sql',
      'm/0002_d.sql',
      'm/V9__e.sql',
      'm/V10__f.sql',
      'm/20260205120000_g.sql',
      'm/20260205120001_a.sql',
      'm/add_a.up.sql',
      'm/add_b.up.sql',
      'm/R__a_views.sql',
      'm/R__b_functions.sql',
    ];
    expect(pathsIn([...ordered].reverse())).toEqual(ordered);
  });

  it('leaves out rollbacks, snapshots, private and other files, and says which SQL files have no version', () => {
    expect(pathsIn(['m/V1__a.sql', 'm/R1__a.sql', 'm/schema.sql', 'm/_x.sql', 'm/notes.md', 'm/seed.sql'])).toEqual([
      'm/V1__a.sql',
    ]);
    expect(codesIn(['m/V1__a.sql', 'm/schema.sql', 'm/_x.sql', 'm/seed.sql'])).toEqual([
      ['hint', 'MIGRATION_NAME', 'm/seed.sql'],
    ]);
  });

  const version = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
  const fileName = fc.oneof(
    fc.tuple(version, fc.constantFrom('a', 'b')).map(([v, name]) => `m/V${v}__${name}.sql`),
    fc
      .tuple(fc.nat({ max: 300 }), fc.constantFrom('a', 'b'))
      .map(([n, name]) => `m/${String(n).padStart(4, '0')}_${name}.sql`),
    fc.constantFrom('m/R__x.sql', 'm/R__y.sql', 'm/x.up.sql', 'm/y.up.sql'),
  );
  const folder = fc.uniqueArray(fileName, { maxLength: 12 });

  it('does not depend on the order in which the files are listed', () => {
    fc.assert(
      fc.property(
        folder.chain((paths) => fc.tuple(fc.constant(paths), fc.shuffledSubarray(paths, { minLength: paths.length }))),
        ([paths, shuffled]) => {
          expect(migrationFiles(shuffled)).toEqual(migrationFiles(paths));
        },
      ),
    );
  });

  it('is total: whatever else is in the folder, two files keep their order', () => {
    fc.assert(
      fc.property(folder, (paths) => {
        const all = pathsIn(paths);
        expect([...all].sort()).toEqual([...paths].sort());
        for (const [i, first] of all.entries())
          for (const second of all.slice(i + 1)) expect(pathsIn([second, first])).toEqual([first, second]);
      }),
    );
  });

  it('puts the higher number behind, however it is padded', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 20n });
    fc.assert(
      fc.property(number, number, fc.nat({ max: 6 }), fc.nat({ max: 6 }), (a, b, padA, padB) => {
        fc.pre(a < b);
        const [low, high] = [`m/V${'0'.repeat(padA)}${a}__z.sql`, `m/${'0'.repeat(padB)}${b}_a.sql`];
        expect(pathsIn([high, low])).toEqual([low, high]);
      }),
    );
  });
});

describe('the rollbacks of a folder', () => {
  const rollbacks = (paths: readonly string[]) =>
    Object.fromEntries(migrationFiles(paths).files.map(({ path, rollback }) => [path, rollback]));

  it('pair by number, whatever stands behind it, and up with down by name', () => {
    expect(
      rollbacks([
        'm/V0002__add_orders.sql',
        'm/R0002__anything.sql',
        'm/V3__b.sql',
        'm/U003__c.sql',
        'm/0004_d.up.sql',
        'm/0004_d.down.sql',
        'm/x.up.sql',
        'm/x.down.sql',
        'm/R__views.sql',
        'm/V5__e.sql',
      ]),
    ).toEqual({
      'm/V0002__add_orders.sql': 'm/R0002__anything.sql',
      'm/V3__b.sql': 'm/U003__c.sql',
      'm/0004_d.up.sql': 'm/0004_d.down.sql',
      'm/x.up.sql': 'm/x.down.sql',
      'm/R__views.sql': undefined,
      'm/V5__e.sql': undefined,
    });
  });

  it('pair by description where two migrations share a number', () => {
    const paths = ['m/V2__a.sql', 'm/V2__b.sql', 'm/R2__b.sql', 'm/R2__a.sql'];
    expect(rollbacks(paths)).toEqual({ 'm/V2__a.sql': 'm/R2__a.sql', 'm/V2__b.sql': 'm/R2__b.sql' });
    expect(migrationFiles(paths).problems).toEqual([]);
  });

  it('pair within their folder first, and with a folder of rollbacks else', () => {
    expect(rollbacks(['m/V1__a.sql', 'm/back/R1__a.sql'])).toEqual({ 'm/V1__a.sql': 'm/back/R1__a.sql' });
    expect(rollbacks(['a/V1__x.sql', 'a/R1__x.sql', 'b/V1__x.sql', 'b/R1__x.sql'])).toEqual({
      'a/V1__x.sql': 'a/R1__x.sql',
      'b/V1__x.sql': 'b/R1__x.sql',
    });
  });

  it.each([
    [
      'two for one migration',
      ['m/V2__a.sql', 'm/R2__a.sql', 'm/R2__b.sql'],
      'error',
      'ROLLBACK_AMBIGUOUS',
      'm/R2__b.sql',
    ],
    [
      'one for either of two',
      ['m/V2__a.sql', 'm/V2__b.sql', 'm/R2__c.sql'],
      'error',
      'ROLLBACK_AMBIGUOUS',
      'm/R2__c.sql',
    ],
    ['one for none', ['m/V2__a.sql', 'm/R3__c.sql'], 'warning', 'ROLLBACK_ALONE', 'm/R3__c.sql'],
    ['a down without its up', ['m/V2__a.sql', 'm/x.down.sql'], 'warning', 'ROLLBACK_ALONE', 'm/x.down.sql'],
  ])('are told where there is %s', (_what, paths, severity, code, file) =>
    expect(codesIn(paths)).toEqual([[severity, code, file]]),
  );
});

describe('a version that is used twice', () => {
  const files = (paths: readonly string[]) =>
    migrationFiles(paths).files.flatMap(({ path, version }) => (version === undefined ? [] : [{ path, version }]));

  it('is refused with both files named, however the version is written', () => {
    const [problem, ...more] = duplicateVersions(files(['m/V2__a.sql', 'm/0002_b.sql', 'm/V3__c.sql']), new Set());
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'DUPLICATE_VERSION', severity: 'error' });
    expect(problem?.message).toContain('m/0002_b.sql and m/V2__a.sql');
    expect(problem?.message).toContain('--allow-duplicate');
  });

  it('is allowed when all but one of its files are', () => {
    const three = files(['m/V2__a.sql', 'm/V2__b.sql', 'm/V2__c.sql']);
    expect(duplicateVersions(three, new Set(['m/V2__b.sql']))).toHaveLength(1);
    expect(duplicateVersions(three, new Set(['m/V2__b.sql', 'm/V2__c.sql']))).toEqual([]);
  });

  it('is no matter for files that differ in a component', () =>
    expect(duplicateVersions(files(['m/V1__a.sql', 'm/V1.1__b.sql', 'm/V1.1.1__c.sql']), new Set())).toEqual([]));
});

describe('a migration that comes too late', () => {
  const row = (path: string, changes: Partial<AppliedMigration> = {}): AppliedMigration => ({
    scope: '',
    path,
    version: '',
    status: 'succeeded',
    checksum: digest('a'.repeat(64)),
    tokenChecksum: digest('b'.repeat(64)),
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

  const late = (path: string, rows: readonly AppliedMigration[]) => {
    const highest = highestApplied(rows, 'm/');
    return isOutOfOrder(path, highest) ? highest.path : undefined;
  };

  it.each<[string, string, AppliedMigration[], string | undefined]>([
    ['nothing is applied', 'm/V2__b.sql', [], undefined],
    ['lower ones are', 'm/V10__b.sql', [row('m/V9__a.sql'), row('m/V1__a.sql')], undefined],
    ['higher ones are', 'm/V2__b.sql', [row('m/V3__a.sql'), row('m/V10__a.sql'), row('m/V4__a.sql')], 'm/V10__a.sql'],
    ['the higher one was rolled back', 'm/V2__b.sql', [row('m/V3__a.sql', { status: 'rolled_back' })], undefined],
    ['the higher one was begun', 'm/V2__b.sql', [row('m/V3__a.sql', { status: 'started' })], 'm/V3__a.sql'],
    ['one of its version is', 'm/V2__b.sql', [row('m/V2__a.sql')], undefined],
    ['a repeatable one is', 'm/V2__b.sql', [row('m/R__views.sql')], undefined],
    ['a higher one of another folder is', 'm/V2__b.sql', [row('other/V3__a.sql')], undefined],
    ['it is repeatable itself', 'm/R__views.sql', [row('m/V3__a.sql')], undefined],
  ])('where %s', (_what, path, rows, later) => expect(late(path, rows)).toBe(later));
});
