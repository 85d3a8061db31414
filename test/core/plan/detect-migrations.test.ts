import { beforeAll, describe, expect, it } from 'vitest';
import { detectMigrations, objectKey, objectsIn, proposedBaseline, type SqlEffects } from '../../../core/index.ts';
import { openSqlEffects } from '../../../parsers/effects/sql-effects.ts';
import { sqlSyntax } from '../../../parsers/index.ts';

let effects: SqlEffects;
beforeAll(async () => {
  effects = await openSqlEffects('sqlite');
});

const looked = (scripts: Readonly<Record<string, string>>, has: readonly string[]) =>
  detectMigrations(
    Object.entries(scripts).map(([version, sql]) => ({
      file: `V${version}.sql`,
      version,
      effects: sqlSyntax.split(sql, 'sqlite').statements.flatMap((one) => effects.effectsOf(one, 'sqlite')),
    })),
    new Set(has),
  );
const presences = (...given: Parameters<typeof looked>) => looked(...given).map(({ presence }) => presence);

const scripts = {
  1: 'CREATE TABLE a (x int); CREATE INDEX a_x ON a (x);',
  2: 'ALTER TABLE a ADD COLUMN y text; CREATE VIEW v AS SELECT 1;',
  3: "INSERT INTO a VALUES (1, 'x');",
  4: 'CREATE TABLE b (x int);',
};
const one = ['table a', 'column a.x', 'index a_x'];
const two = [...one, 'column a.y', 'view v'];
const four = [...two, 'table b', 'column b.x'];

describe('migrations that a database has already', () => {
  it.each<[string, readonly string[], readonly string[], string | undefined]>([
    ['nothing', [], ['absent', 'absent', 'unknown', 'absent'], undefined],
    ['the first', one, ['present', 'absent', 'unknown', 'absent'], '1'],
    ['half of the second', [...one, 'view v'], ['present', 'partly', 'unknown', 'absent'], '1'],
    ['two, and the third cannot be seen', two, ['present', 'present', 'unknown', 'absent'], '2'],
    ['all', four, ['present', 'present', 'unknown', 'present'], '4'],
    ['a gap', [...one, 'table b', 'column b.x'], ['present', 'absent', 'unknown', 'present'], '1'],
  ])('are found by what they make: %s', (_what, has, expected, proposed) => {
    const detected = looked(scripts, has);
    expect(detected.map(({ presence }) => presence)).toEqual(expected);
    expect(proposedBaseline(detected)?.version).toBe(proposed);
  });

  it('are not missing because a later one dropped or renamed what they made', () => {
    const later = {
      1: 'CREATE TABLE a (x int); CREATE TABLE old (x int);',
      2: 'ALTER TABLE a RENAME TO a2;',
      3: 'DROP TABLE old;',
      4: 'CREATE TABLE b (x int);',
    };
    expect(presences(later, ['table a2', 'column a2.x', 'table b', 'column b.x'])).toEqual([
      'unknown',
      'present',
      'unknown',
      'present',
    ]);
    expect(presences(later, ['table a', 'column a.x', 'table old', 'column old.x'])).toEqual([
      'present',
      'absent',
      'absent',
      'absent',
    ]);
  });

  it('may rebuild a table: what a migration makes and drops again is nothing', () => {
    const rebuild = 'CREATE TABLE a_new (x int, z int); DROP TABLE a; ALTER TABLE a_new RENAME TO a;';
    expect(presences({ 1: 'CREATE TABLE a (x int);', 2: rebuild }, ['table a', 'column a.x'])).toEqual([
      'present',
      'present',
    ]);
  });
});

describe('the objects of a database', () => {
  it('are known by their full name, and by the short one where it suffices', () => {
    const keys = objectsIn({
      columns: [],
      rows: [
        ['table', 'public', 'Orders', '', true],
        ['column', 'app', 'users', 'Id', 'f'],
        ['sequence', 'public', 'x', '', true],
      ],
    });
    expect([...keys].sort()).toEqual(['column app.users.id', 'table orders', 'table public.orders']);
    expect(objectKey('column', 'app.Users', 'ID')).toBe('column app.users.id');
  });
});
