import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../adapters/index.ts';
import {
  type Backend,
  includedPaths,
  lineDifference,
  prepareScript,
  readStoredSql,
  replacePlaceholders,
  scriptHeader,
  scriptRef,
  storedSql,
  transactionMode,
} from '../../../core/index.ts';
import { sqlSyntax } from '../../../parsers/index.ts';

const prepare = (text: string, values?: Record<string, string>, dialect: Backend = 'postgresql') =>
  prepareScript(
    { path: 'm/V1.sql', text, read: () => undefined },
    { dialect, settings: values && { placeholders: true, values } },
    sqlSyntax,
  );
const modeOf = (text: string, dialect: Backend = 'postgresql', server?: string) =>
  transactionMode(prepare(text, undefined, dialect), dialect, server);

describe('the header of a script', () => {
  it('is read from the comments in front of the first statement and nowhere else', () => {
    expect(scriptHeader('\ufeff-- V1\n\n--  srdeploy: no-transaction, placeholders\nSELECT 1;')).toEqual({
      noTransaction: true,
      placeholders: true,
    });
    expect(scriptHeader('SELECT 1;\n-- srdeploy: no-transaction')).toEqual({
      noTransaction: false,
      placeholders: false,
    });
  });
});

describe('whether a transaction takes a script', () => {
  it.each([
    ['CREATE INDEX CONCURRENTLY i ON t (a)', 'CREATE INDEX CONCURRENTLY'],
    ['create unique index concurrently if not exists i on t (a)', 'CREATE UNIQUE INDEX CONCURRENTLY'],
    ['DROP INDEX CONCURRENTLY i', 'DROP INDEX CONCURRENTLY'],
    ['REINDEX (VERBOSE) TABLE CONCURRENTLY t', 'REINDEX VERBOSE TABLE CONCURRENTLY'],
    ['REINDEX DATABASE shop', 'REINDEX DATABASE'],
    ['VACUUM FULL t', 'VACUUM'],
    ['CLUSTER', 'CLUSTER'],
    ['CREATE DATABASE x', 'CREATE DATABASE'],
    ["ALTER SYSTEM SET work_mem = '1MB'", 'ALTER SYSTEM'],
    ["CREATE TABLESPACE x LOCATION '/x'", 'CREATE TABLESPACE'],
    ['DROP SUBSCRIPTION s', 'DROP SUBSCRIPTION'],
    ['ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY', 'DETACH PARTITION CONCURRENTLY'],
    ['DISCARD ALL', 'DISCARD ALL'],
  ])('PostgreSQL takes no %s', (statement, why) => {
    expect(modeOf(`SELECT 1;\n${statement};`)).toEqual({ type: 'alone', why });
  });

  it.each([
    'CREATE INDEX i ON t (a)',
    'CLUSTER t USING i',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
    'REINDEX TABLE t',
    'ALTER TABLE p DETACH PARTITION p1',
    'DISCARD TEMP',
    'CALL work()',
  ])('PostgreSQL takes %s', (statement) => {
    expect(modeOf(`${statement};`)).toEqual({ type: 'transaction' });
  });

  it('a new value of an enumeration goes with one from PostgreSQL 12 on, where it is not used in the same file', () => {
    const add = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';";
    expect(modeOf(add)).toEqual({ type: 'transaction' });
    expect(modeOf(add, 'postgresql', 'PostgreSQL 15.18')).toEqual({ type: 'transaction' });
    expect(modeOf(add, 'postgresql', 'PostgreSQL 11.22').type).toBe('alone');
    expect(modeOf(`${add}\nUPDATE t SET m = 'calm';`).type).toBe('alone');
  });

  it('SQLite takes no VACUUM and no pragma that a transaction ignores or refuses; MySQL takes none at all', () => {
    expect(modeOf('VACUUM;', 'sqlite')).toEqual({ type: 'alone', why: 'VACUUM' });
    expect(modeOf('PRAGMA main.journal_mode = WAL;', 'sqlite').type).toBe('alone');
    expect(modeOf('PRAGMA foreign_keys = OFF;', 'sqlite')).toEqual({ type: 'transaction' });
    expect(modeOf('SELECT 1;', 'mysql').type).toBe('alone');
  });
});

describe('placeholders', () => {
  it('are plain text wherever they stand, and positions are those of the file', () => {
    const script = prepare('CREATE TABLE ${schema}.a (x int);\nSELECT ${oops} FROM ${schema}.a;', {
      schema: 'tenant_with_a_long_name',
    });
    expect(script.statements[0]?.text).toBe('CREATE TABLE tenant_with_a_long_name.a (x int)');
    expect(script.usedValues).toEqual(['schema']);
    expect(script.faults).toMatchObject([{ code: 'PLACEHOLDER_UNKNOWN', file: 'm/V1.sql', line: 2, column: 8 }]);
    const [first, second] = script.statements;
    if (!first || !second) throw new Error('no statements');
    expect(script.placeOf(second)).toEqual({ file: 'm/V1.sql', line: 2, column: 1 });
    expect(script.placeOf(first, first.text.indexOf('.a'))).toMatchObject({ line: 1, column: 23 });
  });

  it('are left alone where nobody asked for them', () => {
    const text = "SELECT '${name}';";
    const rules = { dialect: 'postgresql', settings: { values: { name: 'x' } } } as const;
    const own = { path: 'm/V1.sql', text, read: () => undefined };
    expect(prepareScript(own, rules, sqlSyntax).statements[0]?.text).toBe("SELECT '${name}'");
    const asked = { ...own, text: `-- srdeploy: placeholders\n${text}` };
    expect(prepareScript(asked, rules, sqlSyntax).statements[0]?.text).toBe("SELECT 'x'");
  });

  it('are never secrets, and a value is not looked into', () => {
    expect(replacePlaceholders('${secret:DB} ${a}', { a: '${b}', b: 'no' })).toMatchObject({
      text: '${secret:DB} ${b}',
      problems: [{ code: 'PLACEHOLDER_SECRET', offset: 0 }],
    });
  });
});

describe('what the history keeps of a script', () => {
  it('is the file alone, or the file with what it read and which values it had', () => {
    const plain = { text: 'SELECT 1;', included: [], values: {} };
    expect(storedSql(plain)).toBe('SELECT 1;');
    expect(readStoredSql('SELECT 1;')).toEqual(plain);
    const rich = { text: 'a;\n', included: [{ path: 'b.sql', text: 'b;' }], values: { x: '1' } };
    expect(readStoredSql(storedSql(rich))).toEqual(rich);
    const strange = 'x\n-- srdeploy: the script ends after 9 characters; {';
    expect(readStoredSql(strange).text).toBe(strange);
  });
});

describe('the difference of two texts', () => {
  it('shows what went and what came, with two lines around', () => {
    const before = [...Array(20).keys()].map((n) => `line ${n}`);
    const after = before.map((line) => (line === 'line 10' ? 'changed' : line));
    expect(lineDifference(before.join('\r\n'), `${after.join('\n')}\n`)).toEqual([
      '…',
      ' line 8',
      ' line 9',
      '-line 10',
      '+changed',
      ' line 11',
      ' line 12',
      '…',
    ]);
    expect(lineDifference('a\r\n', 'a\n')).toEqual([]);
  });
});

describe('the files that a script reads', () => {
  const files: Record<string, string> = {
    'm/a.sql': '\\ir parts/b.sql\nSELECT 1;\n\\i m/parts/c.sql\n\\i ../outside.sql\n',
    'm/parts/b.sql': '\\ir c.sql\n\\ir b.sql\n',
    'm/parts/c.sql': 'SELECT 2;',
  };
  const read = (path: string) => files[path];

  it('are found with what they read, each once, and nothing outside the project', () => {
    const own = { path: 'm/a.sql', text: files['m/a.sql'] ?? '' };
    expect(includedPaths(own, 'postgresql', sqlSyntax, read)).toEqual(['m/parts/b.sql', 'm/parts/c.sql']);
  });

  it('belong to both checksums of the script', () => {
    const world = { hasher: createHasher(), syntax: sqlSyntax };
    const ref = (text: string) => scriptRef('m/a.sql', '\\i c.sql', 'postgresql', world, [{ path: 'c.sql', text }]);
    expect(ref('SELECT 1;').includes).toMatchObject([{ path: 'c.sql' }]);
    expect(ref('SELECT 1;').checksum).toBe(ref('SELECT 1;').checksum);
    expect(ref('SELECT 2;').checksum).not.toBe(ref('SELECT 1;').checksum);
    expect(ref('-- x\nSELECT 1;').tokenChecksum).toBe(ref('SELECT 1;').tokenChecksum);
    expect(ref('SELECT 2;').tokenChecksum).not.toBe(ref('SELECT 1;').tokenChecksum);
    const { includes: _none, ...plain } = scriptRef('m/a.sql', 'SELECT 1;', 'postgresql', world);
    expect(plain.checksum).toBe(world.hasher.sha256('SELECT 1;'));
  });

  it('have their statements in their places, with the place in their own file', () => {
    const own = { path: 'm/a.sql', text: '\\i m/parts/c.sql\nSELECT 1;', read };
    const script = prepareScript(own, { dialect: 'postgresql', settings: undefined }, sqlSyntax);
    const places = script.statements.map((one) => [one.text, script.placeOf(one).file, script.placeOf(one).line]);
    expect(places).toEqual([
      ['SELECT 2', 'm/parts/c.sql', 1],
      ['SELECT 1', 'm/a.sql', 2],
    ]);
    const missing = { path: 'm/a.sql', text: '\\i nowhere.sql', read };
    expect(prepareScript(missing, { dialect: 'postgresql', settings: undefined }, sqlSyntax).faults).toMatchObject([
      { code: 'SQL_INCLUDE_MISSING', file: 'm/a.sql', line: 1 },
    ]);
  });
});
