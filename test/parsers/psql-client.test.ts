import { describe, expect, it } from 'vitest';
import { type SplitOptions, statementSourceOffset } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';

const split = (script: string, options?: SplitOptions) => sqlSyntax.split(script, 'postgresql', options);
const texts = (script: string) => split(script).statements.map(({ text }) => text);
const problems = (script: string) =>
  split(script).problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`);

describe('COPY … FROM stdin', () => {
  it('has the lines behind it as its data, as they are', () => {
    const script = "COPY t (a, b) FROM stdin;\nit's;\t$$\\N\r\n\n\\.\n  SELECT 1;";
    expect(split(script)).toMatchObject({
      statements: [
        { text: 'COPY t (a, b) FROM stdin', copyData: "it's;\t$$\\N\r\n\n" },
        { text: 'SELECT 1', start: { line: 5, column: 3 } },
      ],
      problems: [],
    });
  });

  it('may have no data, and none but its own', () => {
    const script =
      "copy t from STDIN with (format csv); -- here\n\\.\nCOPY u FROM '/tmp/x';\nCOPY v TO stdout;\nCOPY (SELECT a FROM stdin) TO '/x';";
    expect(split(script).statements.map(({ copyData }) => copyData)).toEqual(['', undefined, undefined, undefined]);
  });

  it('ends only with a line that is \\. alone', () => {
    expect(split('COPY t FROM stdin;\n\\.x\n \\.\na\\.\n\\.').statements[0]?.copyData).toBe('\\.x\n \\.\na\\.\n');
  });

  it.each([
    ['SELECT 1;\nCOPY t FROM stdin;\n1\n', 'SQL_UNTERMINATED 2:1'],
    ['COPY t FROM stdin', 'SQL_UNTERMINATED 1:1'],
    ['COPY t FROM stdin; SELECT 1;\n1\n\\.\n', 'SQL_CLIENT_COMMAND 1:20'],
    ['COPY t FROM stdin (FORMAT binary);\n1\n\\.\n', 'SQL_CLIENT_COMMAND 1:1'],
    ["COPY t FROM stdin (FORMAT 'binary');\n1\n\\.\n", 'SQL_CLIENT_COMMAND 1:1'],
    ["\\set c 'COPY t FROM stdin;'\n:c\n1\n\\.\n", 'SQL_CLIENT_COMMAND 2:1'],
  ])('is refused in %j', (script, problem) => {
    expect(problems(script)[0]).toBe(problem);
  });
});

describe('variables', () => {
  it('stand for their values where psql puts them in, and nowhere else', () => {
    const script =
      "\\set n 5\n\\set s 'it''s ' :n\nSELECT :n, :'s', :\"s\", a::n, ':n', $$:n$$, x[1:2], :{?n}, :{?m} -- :n\n;";
    expect(texts(script)).toEqual(["SELECT 5, 'it''s 5', \"it's 5\", a::n, ':n', $$:n$$, x[1:2], TRUE, FALSE"]);
  });

  it('that are not set stay as they are, and are told where the server could only refuse them', () => {
    expect(texts("SELECT x[a:b], JSON_OBJECT('k':v), :c")).toEqual(["SELECT x[a:b], JSON_OBJECT('k':v), :c"]);
    expect(problems("SELECT x[a:b], JSON_OBJECT('k':v);\nSELECT :c, :'d';")).toEqual([
      'SQL_UNKNOWN_VARIABLE 2:8',
      'SQL_UNKNOWN_VARIABLE 2:12',
    ]);
    expect(problems('\\set a 1\n\\unset a\nSELECT :a')).toEqual(['SQL_UNKNOWN_VARIABLE 3:8']);
  });

  it('that psql sets itself are told, in brackets too', () => {
    expect(problems('SELECT f(:DBNAME), :VERSION;\n\\echo :USER\n')).toEqual([
      'SQL_UNKNOWN_VARIABLE 1:10',
      'SQL_UNKNOWN_VARIABLE 1:20',
      'SQL_CLIENT_COMMAND 2:1',
    ]);
    expect(problems('\\set DBNAME x\nSELECT :DBNAME')).toEqual([]);
  });

  it('may hold several statements', () => {
    expect(texts("\\set two 'SELECT 1; SELECT'\n:two 2;")).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('lead every character of a statement back to its source', () => {
    const script = '\\set t \'long name\'\n  SELECT :n, :"t" \\echo x \\\\ , b FROM :"t";'.replace(':n', ':{?t}');
    const [statement] = split(script).statements;
    expect(statement?.text).toBe('SELECT TRUE, "long name"  , b FROM "long name"');
    if (!statement) return;
    const source = (word: string) => script.slice(statementSourceOffset(statement, statement.text.indexOf(word)));
    expect(script.slice(statement.offset)).toMatch(/^SELECT/);
    expect(source('SELECT')).toMatch(/^SELECT/);
    expect(source('RUE')).toMatch(/^:\{\?t\},/);
    expect(source(', "long')).toMatch(/^, :"t"/);
    expect(source('name')).toMatch(/^:"t" \\echo/);
    expect(source('b FROM')).toMatch(/^b FROM/);
    const last = statementSourceOffset(statement, statement.text.length - 1);
    expect(script.slice(last)).toBe(':"t";');
  });

  it('that grow without end are cut off with one problem', () => {
    const doubling = Array.from({ length: 60 }, () => '\\set a :a:a\n').join('');
    const script = `\\set a xxxxxxxxxxxxxxxx\n${doubling}SELECT 1;`;
    const { problems, statements } = split(script);
    expect(problems.length).toBeGreaterThan(0);
    expect(statements).toHaveLength(1);
    const uses = `\\set a '${'x'.repeat(1_000_000)}'\n${'SELECT :a;\n'.repeat(100)}`;
    expect(split(uses).problems).toHaveLength(1);
  });

  it('that open a quote or hold a command are refused where they are used', () => {
    expect(problems("\\set q '''a'\nSELECT :q ;")).toEqual(['SQL_UNTERMINATED 2:8']);
    expect(problems("\\set q '\\\\\\\\echo a'\nSELECT 1 :q ;")).toEqual(['SQL_CLIENT_COMMAND 2:10']);
  });
});

describe('backslash commands', () => {
  it('tell what they print, with the place', () => {
    const script =
      "\\set v 'a  b'\n\\echo one :v 'two  three'\nSELECT 1;\n  \\qecho -n x \\warn y\n\\echo \"-n\" :'v'\n";
    expect(split(script).directives).toEqual([
      { type: 'echo', text: 'one a  b two  three', before: 0, position: { line: 2, column: 1 } },
      { type: 'echo', text: 'x', before: 1, position: { line: 4, column: 3 } },
      { type: 'echo', text: 'y', before: 1, position: { line: 4, column: 15 } },
      { type: 'echo', text: '"-n" \'a  b\'', before: 1, position: { line: 5, column: 1 } },
    ]);
  });

  it.each([
    ['\\connect shop', 'shop'],
    ['\\c "My shop";', 'My shop'],
    ['\\c -', '-'],
    ['\\connect', '-'],
    ['\\c shop - - -', 'shop'],
  ])('name the database in %j', (script, database) => {
    expect(split(script)).toMatchObject({ directives: [{ type: 'connect', database }], problems: [] });
  });

  it.each([
    '\\timing on',
    '\\pset null x',
    '\\x',
    '\\t',
    '\\a',
    '\\d+ t',
    '\\dt',
    '\\encoding UTF8',
    '\\encoding',
    '\\o',
    '\\set ON_ERROR_STOP on',
    '\\set ON_ERROR_STOP',
    '\\set ON_ERROR_STOP 1',
    '\\set QUIET',
    '\\set VERBOSITY verbose',
    '\\set AUTOCOMMIT TRUE',
    '\\set ON_ERROR_ROLLBACK interactive',
    '\\restrict Abc\nSELECT 1;\n\\unrestrict Abc',
    '\\h SELECT',
  ])('are taken without a word: %j', (script) => {
    expect(split(`${script}\n`).problems).toEqual([]);
    expect(split(`${script}\n`).directives).toEqual([]);
  });

  it.each([
    '\\gexec',
    '\\gset',
    '\\gdesc',
    '\\copy t from file',
    '\\! ls \\ -l',
    '\\o file',
    '\\w file',
    '\\e',
    '\\r',
    '\\cd sub',
    '\\getenv a B',
    '\\prompt a',
    '\\password',
    '\\watch',
    '\\nonsense',
    '\\',
    '\\.',
    '\\i',
    '\\i -',
    '\\unset',
    '\\else',
    '\\encoding LATIN1',
    '\\connect shop other_user',
    '\\connect postgresql://host/shop',
    "\\connect 'dbname=shop'",
    '\\set ON_ERROR_STOP off',
    '\\unset ON_ERROR_STOP',
    '\\set AUTOCOMMIT off',
    '\\set SINGLELINE on',
    '\\set a-b 1',
    "\\set a 'open",
    '\\set a `ls`',
    '\\g',
    '\\g file',
    '\\unrestrict x',
    'SET standard_conforming_strings = off',
    "set session standard_conforming_strings to 'off'",
  ])('are refused with their place: %j', (script) => {
    const { problems } = split(`SELECT 1;\n ${script}\nSELECT 2;`);
    expect(problems.map(({ code, position }) => [code, position])).toEqual([
      ['SQL_CLIENT_COMMAND', { line: 2, column: 2 }],
    ]);
    expect(problems[0]?.message.length).toBeGreaterThan(25);
  });

  it('that choose among statements are refused once', () => {
    const script = '\\if :{?a}\nSELECT 1;\n\\elif x\n\\if y\n\\endif\n\\else\nSELECT 2;\n\\endif\n\\if z\n\\endif\n';
    expect(problems(script)).toEqual(['SQL_CLIENT_COMMAND 1:1', 'SQL_CLIENT_COMMAND 9:1']);
  });

  it('other than the one with the key are refused between \\restrict and \\unrestrict', () => {
    expect(problems('\\restrict k\n\\echo a\n\\unrestrict j\n\\unrestrict k\n\\echo b\n')).toEqual([
      'SQL_CLIENT_COMMAND 2:1',
      'SQL_CLIENT_COMMAND 3:1',
    ]);
  });

  it('end statements with \\g and \\;, and the script with \\q', () => {
    expect(texts('SELECT 1\\;SELECT 2 \\g\nSELECT 3;\\q\nSELECT 4;')).toEqual(['SELECT 1', 'SELECT 2', 'SELECT 3']);
    expect(problems('SELECT 1 \\g')).toEqual([]);
  });
});

describe('what earlier tools stumbled over', () => {
  it.each([
    ['S9', 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;', 1],
    [
      'S10',
      'CREATE TABLE t (a int, b text);\nCOPY t (a, b) FROM stdin;\n1\tone;\n2\ttwo\n\\.\nINSERT INTO t VALUES (3, NULL);',
      3,
    ],
    [
      'S11',
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN IF true THEN EXECUTE $$ SELECT 1; $$; END IF; END $f$;',
      1,
    ],
    ['S12', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;', 1],
    ['S13', "\\set name 'v1'\nCREATE TABLE :name (a int);\nINSERT INTO :name VALUES (1);", 2],
  ])('%s comes apart as it should', (_probe, script, count) => {
    const { statements, problems } = split(script);
    expect(problems).toEqual([]);
    expect(statements).toHaveLength(count);
  });
});
