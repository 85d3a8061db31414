import fc from 'fast-check';
import { loadModule, parseSync, scanSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlSyntax } from '../../parsers/index.ts';

beforeAll(() => loadModule());

/** The statements that PostgreSQL's own parser sees, each up to its last token by PostgreSQL's own lexer. Both count bytes. */
function parserStatements(script: string): string[] {
  const bytes = Buffer.from(script, 'utf8');
  const tokens = scanSync(script).tokens.filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  return (parseSync(script).stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }: Place) => {
    const end = length ? start + length : bytes.length;
    const last = tokens.findLast((token) => token.end <= end);
    return bytes.subarray(start, last?.end).toString('utf8');
  });
}

interface Place {
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

const statements: readonly string[] = [
  'DO $$ BEGIN PERFORM 1; END $$',
  "DO $a$ BEGIN EXECUTE $$ SELECT ';' $$; END $a$",
  "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $fn$ BEGIN EXECUTE $$ SELECT ';' $$; IF true THEN NULL; END IF; END $fn$",
  "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''a;b'';'",
  'CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END',
  'CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC END',
  'CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 AS end; SELECT x.end, 2 case FROM x; SELECT begin FROM t; END',
  'CREATE OR REPLACE PROCEDURE p(a int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1, CASE a WHEN 1 THEN 2 END); DELETE FROM t; END',
  'CREATE FUNCTION g() RETURNS int RETURN 1 + 1',
  'CREATE FUNCTION "begin"() RETURNS int LANGUAGE sql RETURN 1',
  String.raw`SELECT E'a\';b', E'\\', e'\'\''`,
  String.raw`SELECT 'a\', ';'`,
  String.raw`SELECT E'a\''
   'b\';c'`,
  "SELECT 'a'\n';b'",
  'SELECT \'it\'\'s; fine\', "odd;name""x"',
  'SELECT U&\'d;\\0061\' , U&"a;b"',
  "SELECT B'01', X'ff', N'a;b', x'0'",
  'SELECT 1 /* a ; /* nested ; */ still ; */ + 2',
  'SELECT 1 -- no ; here\n + 2',
  'SELECT 1 /* -- */, 2',
  'SELECT 3 -- /* \n, 4',
  'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b;)',
  'CREATE RULE r AS ON UPDATE TO t DO INSTEAD (UPDATE a SET x = 1 WHERE (y = 2); NOTIFY n)',
  'SELECT $1, a$b$c FROM t$x',
  'SELECT a $$;$$',
  'SELECT $é$;$é$, $_1$ $1$ $$ ; $_1$',
  "COPY t FROM '/tmp/x'",
  'COPY (SELECT 1 AS stdin) TO STDOUT',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a) INCLUDE (b) NULLS NOT DISTINCT WHERE a > 0',
  'REINDEX INDEX CONCURRENTLY i',
  'ALTER TABLE t ADD COLUMN a int, ALTER COLUMN b TYPE text USING b::text, DROP COLUMN c',
  'ALTER TABLE p DETACH PARTITION q CONCURRENTLY',
  "ALTER TYPE mood ADD VALUE 'ok' BEFORE 'bad'",
  'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f()',
  'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN DO NOTHING',
  "SELECT a<-1, a<=b, a->>'x;', a#>'{b}', a@>b, a ? 'k', a||b, -1 - -2, @ 5, !~ 'x', 2*-3, 4/*c*/+5",
  "SELECT x[1:2], x[:3], (ARRAY[1,2])[1:], a::int, JSON_OBJECT('a':b)",
  'SELECT OPERATOR(pg_catalog.+) 1, a OPERATOR(s.@#@) b',
  'CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = f)',
  'SELECT 1.5e3, .5, 1., 0x1F, 1_000, 1e10, 5e-3',
  'GRANT SELECT ON t TO u',
  'BEGIN',
  'COMMIT',
  "VALUES ('😀;', 'é')",
  'CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1',
  'CREATE TABLE t (a int DEFAULT (1), CHECK (a > 0), "end" int)',
];

const between = fc.constantFrom(
  ';',
  ' ;\n',
  ';;',
  ';\r\n-- licence; header\r\n',
  '; /* a ; /* b */ */ ',
  '\n;\n\n',
  '; -- é\n',
);

describe('statements by the parser of PostgreSQL', () => {
  it.each(statements)('are ours for %j', (text) => {
    expect(parserStatements(text)).toEqual([text]);
    expect(sqlSyntax.split(text, 'postgresql')).toMatchObject({ statements: [{ text, offset: 0 }], problems: [] });
  });

  it('are ours in random scripts, at the same places', () => {
    const part = fc.tuple(fc.constantFrom(...statements), between);
    const script = fc
      .tuple(fc.constantFrom('', '\n', '-- first ;\n', '/* ; */;'), fc.array(part, { maxLength: 12 }))
      .map(([before, parts]) => before + parts.flat().join(''))
      .filter((text) => text !== '');
    fc.assert(
      fc.property(script, (text) => {
        const { statements, problems } = sqlSyntax.split(text, 'postgresql');
        expect(problems).toEqual([]);
        expect(statements.map((one) => one.text)).toEqual(parserStatements(text));
        for (const { text: one, offset } of statements) expect(text.slice(offset, offset + one.length)).toBe(one);
      }),
      { numRuns: 400, seed: 20261121 },
    );
  });

  it('are ours wherever random tokens happen to be SQL', () => {
    const token = fc.constantFrom(
      ...[
        'SELECT',
        ' 1',
        ' a',
        ',',
        '+',
        '-',
        '*',
        '/',
        '(',
        ')',
        "'s;'",
        "E'\\';'",
        '"n;"',
        '$$;$$',
        '$a$;$a$',
        ' AS',
        ' end',
        ' case',
      ],
      ...[
        ' ',
        '\n',
        '--;\n',
        '/*;*/',
        ';',
        '.',
        '::int',
        ' FROM',
        ' t',
        '[',
        ']',
        ':',
        '@',
        '||',
        ' NULL',
        ' begin',
        ' CASE WHEN 1 THEN 2 END',
      ],
    );
    const select = fc.array(token, { maxLength: 8 }).map((tokens) => `SELECT${tokens.join('')}`);
    const atomic = fc
      .array(select, { maxLength: 3 })
      .map(
        (parts) =>
          `CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC ${parts.map((one) => `${one}; `).join('')}END`,
      );
    const script = fc.array(fc.oneof(select, atomic), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(';'));
    let compared = 0;
    fc.assert(
      fc.property(script, (text) => {
        const expected = parsed(text);
        if (!expected) return;
        compared += 1;
        expect(sqlSyntax.split(text, 'postgresql').statements.map((one) => one.text)).toEqual(expected);
      }),
      { numRuns: 4_000, seed: 20261121 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});

/** Undefined where the text is no SQL. */
function parsed(text: string): string[] | undefined {
  try {
    return parserStatements(text);
  } catch {
    return undefined; // Most random texts are not SQL; only those that are have statements to compare.
  }
}
