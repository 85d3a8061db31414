import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';
import { splitWithNormal } from '../../parsers/split.ts';

const texts = (script: string, dialect: Backend) => sqlSyntax.split(script, dialect).statements.map(({ text }) => text);
const problems = (script: string, dialect: Backend) => sqlSyntax.split(script, dialect).problems;
const dialects: readonly Backend[] = ['postgresql', 'sqlite', 'mysql', 'firebird', 'scratchbird'];

/** Each entry is one statement; joined by semicolons they must come apart again. */
const statements: Readonly<Partial<Record<Backend, readonly string[]>>> = {
  postgresql: [
    'DO $$ BEGIN PERFORM 1; END $$',
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $fn$ BEGIN EXECUTE $$ SELECT ';' $$; END $fn$",
    'CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END',
    'CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END',
    String.raw`SELECT E'a\';b'`,
    String.raw`SELECT 'a\'`,
    "SELECT 'it''s; fine'",
    'SELECT "odd;name""x"',
    'SELECT U&\'d;\' , U&"a;b"',
    'SELECT 1 /* a ; /* nested ; */ still ; */ + 2',
    'SELECT 1 -- no ; here\n + 2',
    'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)',
    'SELECT $1, a$b$c',
    'COPY t TO STDOUT',
    "ALTER TYPE mood ADD VALUE 'ok'",
  ],
  sqlite: [
    'CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; DELETE FROM u; END',
    'CREATE TEMP TRIGGER IF NOT EXISTS b BEFORE DELETE ON t BEGIN INSERT INTO log(end) VALUES (OLD.end); END',
    "SELECT [a;b], `c;d`, \"e;f\", 'g;''h'",
    String.raw`SELECT 'a\'`,
    'SELECT 1 /* ; */ -- ;\n',
    "SELECT x'00ff', .5",
  ],
  mysql: [
    'CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; CASE x WHEN 1 THEN SELECT 2; END CASE; END',
    "SELECT 'a\\';b;''', \"c;d\", `e;f`",
    'SELECT 1 # no ; here\n + 2',
    '/*!40101 SET NAMES utf8 */',
    'SELECT 5--1',
  ],
  firebird: ['CREATE TRIGGER t FOR x AS BEGIN IF (1=1) THEN BEGIN a = 1; END END', 'EXECUTE BLOCK AS BEGIN END'],
};

describe('splitting', () => {
  it.each(Object.entries(statements))('leaves hard statements of %s whole', (dialect, list) => {
    const script = list.map((text) => `-- before ;\n  ${text.trim()}\n;`).join('\n;;\n');
    expect(texts(script, dialect as Backend)).toEqual(
      list.map((text) => (text.includes('-- ;') ? 'SELECT 1' : text.trim())),
    );
    expect(problems(script, dialect as Backend)).toEqual([]);
  });

  it('answers exact slices in order, for any text', () => {
    const { script } = anyText();
    fc.assert(
      fc.property(script, fc.constantFrom(...dialects), (text, dialect) => {
        let at = 0;
        const { statements, problems, directives } = sqlSyntax.split(text, dialect, { include: (path) => path });
        for (const { text: statement, offset, segments, file } of statements) {
          expect(statement).not.toBe('');
          if (segments || file !== undefined) continue;
          expect(offset).toBeGreaterThanOrEqual(at);
          expect(text.slice(offset, offset + statement.length)).toBe(statement);
          at = offset + statement.length;
        }
        for (const { position } of [...problems, ...directives]) expect(position.line).toBeGreaterThan(0);
        expect(typeof sqlSyntax.normalise(text, dialect)).toBe('string');
        expect(Array.isArray(sqlSyntax.includes(text, dialect))).toBe(true);
      }),
      { numRuns: 3000, seed: 20261121 },
    );
  });

  it('leaves nothing between statements but white space, comments and semicolons', () => {
    const { script } = anyText();
    let compared = 0;
    fc.assert(
      fc.property(script, fc.constantFrom(...dialects), (text, dialect) => {
        // Commands of a client, data of COPY and a delimiter of its own stand between statements too.
        if (/\\|COPY|\.import|\.read|source|INPUT|DELIMITER|SET TERM/.test(text)) return;
        compared += 1;
        let at = 0;
        for (const { text: statement, offset } of sqlSyntax.split(text, dialect).statements) {
          expect(leftOver(text.slice(at, offset), dialect)).toBe('');
          at = offset + statement.length;
        }
        expect(leftOver(text.slice(at), dialect)).toBe('');
      }),
      { numRuns: 3000, seed: 20261121 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('tells in one reading what splitting and normalising tell in two, for any text', () => {
    const { script } = anyText();
    let told = 0;
    fc.assert(
      fc.property(script, fc.constantFrom(...dialects), (text, dialect) => {
        const options = { include: (path: string) => path };
        const both = splitWithNormal(text, dialect, options);
        expect(both.split).toEqual(sqlSyntax.split(text, dialect, options));
        if (both.normal === undefined) return;
        told += 1;
        expect(both.normal).toBe(sqlSyntax.normalise(text, dialect));
      }),
      { numRuns: 5000, seed: 20261128 },
    );
    expect(told).toBeGreaterThan(500);
    expect(splitWithNormal('CREATE TABLE a (b int);\nSELECT 1;', 'postgresql').normal).toBeDefined();
  });

  it('places statements by line and column, without counting the byte order mark, with any line ends', () => {
    const { statements } = sqlSyntax.split('\ufeffSELECT 1;\r\n  SELECT 2;\rSELECT 3;\n😀 x', 'postgresql');
    expect(statements.map(({ start }) => start)).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 3 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
    ]);
    expect(statements[0]?.offset).toBe(1);
  });

  it('finds nothing in an empty or comment-only script', () => {
    for (const dialect of dialects) expect(texts('\ufeff -- only\n /* words */ ;; \n', dialect)).toEqual([]);
  });

  it('names a statement by its first words', () => {
    const [first] = sqlSyntax.split(
      'create unique /* x */ index concurrently if not exists i on t (a)',
      'postgresql',
    ).statements;
    expect(first?.keywords).toEqual(['CREATE', 'UNIQUE', 'INDEX', 'CONCURRENTLY', 'IF', 'NOT']);
  });

  it.each([
    ["SELECT 1;\n 'abc", 2, 2],
    ['SELECT $x$ abc', 1, 8],
    ['SELECT 1 /* a /* b */', 1, 10],
    ['CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;', 1, 1],
  ])('says where %j is not closed', (script, line, column) => {
    expect(problems(script, 'postgresql')).toMatchObject([{ code: 'SQL_UNTERMINATED', position: { line, column } }]);
  });
});

/** Random text with much in it that lexers stumble over. */
function anyText() {
  const piece = fc.constantFrom(
    ...[
      "'",
      '"',
      '`',
      '[',
      ']',
      ';',
      '$$',
      '$a$',
      '/*',
      '*/',
      '/*!1',
      '--',
      '\n',
      '\r\n',
      '(',
      ')',
      '\\',
      '.',
      '#',
      '\0',
    ],
    ...[
      'BEGIN',
      'END',
      'ATOMIC',
      'CASE',
      'CREATE',
      'FUNCTION',
      'PROCEDURE p()',
      'TRIGGER',
      'AS',
      'DECLARE',
      'IF',
      'THEN',
      'E',
    ],
    ...[
      'COPY t FROM stdin',
      'DELIMITER //',
      ' ',
      'SET TERM ^',
      '.import',
      '\\.',
      '\ufeff',
      '😀',
      'é',
      '1',
      'select',
      '||',
      '@',
      '+',
      'U&',
    ],
    ...[
      '\n\\set a ',
      ':a',
      ":'a'",
      ':"a"',
      ':{?a}',
      '\\echo',
      '\n\\i x',
      '\\g',
      '\\;',
      '\nsource ',
      '\n.read ',
      'INPUT ',
      "q'{",
      "}'",
      '//',
      '^',
    ],
  );
  const script = fc.oneof(
    fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(' ')),
  );
  return { script };
}

/** What is left of a gap when white space, comments and semicolons are taken away; a comment's end may only be known from the lexer. */
function leftOver(gap: string, dialect: Backend): string {
  return sqlSyntax.normalise(gap, dialect);
}
