import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { type ObjectChange, objectChanges } from '../../parsers/index.ts';

/** A change in words, with the columns of what is created. */
function words(change: ObjectChange): string {
  switch (change.type) {
    case 'create':
      return [`create ${change.kind}`, change.object.id, ...change.columns.map(({ id, type }) => `${id}:${type}`)].join(
        ' ',
      );
    case 'drop':
      return `drop ${change.id}`;
    case 'rename':
      return `rename ${change.id} ${change.to.id}`;
    case 'add_column':
      return `add ${change.id} ${change.column.id}:${change.column.type}`;
    case 'drop_column':
      return `drop ${change.id} ${change.column}`;
    case 'rename_column':
      return `rename ${change.id} ${change.column} ${change.to.id}`;
  }
}

const changes = (script: string, dialect: Backend = 'postgresql') =>
  objectChanges(script, dialect, () => undefined).map(words);

describe('the changes that a script makes to tables', () => {
  it.each<[Backend, string, readonly string[]]>([
    [
      'postgresql',
      `CREATE TABLE IF NOT EXISTS public."Orders" (
         id bigint GENERATED ALWAYS AS IDENTITY, total numeric(10, 2) NOT NULL, key text,
         PRIMARY KEY (id), CONSTRAINT t CHECK (total > 0), EXCLUDE USING gist (total WITH =)
       );`,
      ['create table orders id:bigint total:numeric(10,2) key:text'],
    ],
    [
      'postgresql',
      'CREATE UNLOGGED TABLE app.t AS SELECT 1; DROP TABLE IF EXISTS app.t, u CASCADE;',
      ['create table app.t', 'drop app.t', 'drop u'],
    ],
    [
      'postgresql',
      "ALTER TABLE ONLY a ADD COLUMN IF NOT EXISTS b text DEFAULT 'x,y', DROP COLUMN c, ADD CONSTRAINT k UNIQUE (b), DROP CONSTRAINT m; ALTER TABLE a RENAME b TO d; ALTER TABLE a RENAME TO e;",
      ['add a b:text', 'drop a c', 'rename a b d', 'rename a e'],
    ],
    [
      'postgresql',
      'CREATE OR REPLACE VIEW v (x, y) AS SELECT 1, 2; CREATE UNIQUE INDEX CONCURRENTLY i ON a (b); CREATE INDEX ON a (c); DROP INDEX i;',
      ['create view v x: y:', 'create index i', 'drop i'],
    ],
    [
      'postgresql',
      "COMMENT ON TABLE a IS 'CREATE TABLE b (c int)'; -- CREATE TABLE d (e int);\nDO $$ BEGIN EXECUTE 'CREATE TABLE f (g int)'; END $$;",
      [],
    ],
    [
      'mysql',
      'CREATE TABLE `t` (`a` int unsigned AUTO_INCREMENT, KEY k (a), UNIQUE KEY u (a), FULLTEXT (a)); ALTER TABLE t ADD (b int, c text), CHANGE a z bigint, ADD INDEX i (b), DROP INDEX k; RENAME TABLE t TO u, v TO w;',
      ['create table t a:int unsigned', 'add t b:int', 'add t c:text', 'rename t a z', 'rename t u', 'rename v w'],
    ],
    [
      'sqlite',
      'CREATE TABLE [my table] ([a b] INTEGER, "c" TEXT, d); ALTER TABLE [my table] ADD e REAL;',
      ['create table my table a b:integer c:text d:', 'add my table e:real'],
    ],
    [
      'firebird',
      'RECREATE TABLE t (a INTEGER); ALTER TABLE t ALTER COLUMN a TO b; ALTER TABLE t ALTER b TYPE BIGINT;',
      ['create table t a:integer', 'rename t a b'],
    ],
  ])('are read in %s: %s', (dialect, script, expected) => {
    expect(changes(script, dialect)).toEqual(expected);
  });

  it('say where a name stands, also in a file that the script reads', () => {
    const script = '-- One.\n\\i more.sql\nCREATE TABLE b (c int);';
    const more = 'SELECT 1;\nCREATE TABLE a (x int);';
    const found = objectChanges(script, 'postgresql', () => ({ text: more, file: 'more.sql' }));
    const places = found.flatMap((change) => (change.type === 'create' ? [change.object, ...change.columns] : []));
    expect(
      places.map(({ written, place }) => [
        written,
        place.file,
        (place.file ? more : script).slice(place.start, place.end),
      ]),
    ).toEqual([
      ['a', 'more.sql', 'a'],
      ['x', 'more.sql', 'x'],
      ['b', undefined, 'b'],
      ['c', undefined, 'c'],
    ]);
  });
});
