import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';

const same = (a: string, b: string, dialect: Backend = 'postgresql') =>
  expect(sqlSyntax.normalise(a, dialect)).toBe(sqlSyntax.normalise(b, dialect));
const different = (a: string, b: string, dialect: Backend = 'postgresql') =>
  expect(sqlSyntax.normalise(a, dialect)).not.toBe(sqlSyntax.normalise(b, dialect));

describe('the token text of a script', () => {
  it('does not change with white space, line ends, comments, a licence header or a last semicolon', () => {
    same(
      "CREATE TABLE t(a int,b text DEFAULT 'x');",
      "-- Licence\n\nCREATE  TABLE t (\r\n\ta int, /* c */ b text DEFAULT 'x'\r\n)",
    );
    same('SELECT a=-1', 'SELECT a = -1');
    same('SELECT 1;;\n;SELECT 2', 'SELECT 1; SELECT 2;');
    same('SELECT a[1]FROM t', 'SELECT a [ 1 ] FROM t', 'mysql');
  });

  it('changes with words, their case, strings and operators', () => {
    different('SELECT a', 'SELECT b');
    different('SELECT a', 'select a');
    different("SELECT 'a  b'", "SELECT 'a b'");
    different("SELECT E'x'", "SELECT E 'x'");
    different('SELECT a <= b', 'SELECT a < = b');
    different('SELECT a || b', 'SELECT a | | b', 'sqlite');
    different('SELECT 1.5', 'SELECT 1 . 5');
    different('SELECT $$ a $$', 'SELECT $$ b $$');
    different('SELECT 1; SELECT 2', 'SELECT 1 SELECT 2');
  });

  it('keeps the comments that MySQL executes', () => {
    different('/*!40101 SET NAMES utf8 */', '', 'mysql');
    same('/* words */ SELECT 1', 'SELECT 1', 'mysql');
  });

  it('reads CRLF inside strings as LF, as the checksum over the bytes does', () => {
    same('SELECT $$a\r\nb$$', 'SELECT $$a\nb$$');
  });

  it('keeps commands of a client, each as a line of its own, whatever space is in it', () => {
    same(
      "\\set  a   'x y'\n\\i  f.sql  \nSELECT :a;",
      "\\set a 'x y' -- \n\\i f.sql\n-- c\nSELECT :a".replace(' -- ', ''),
    );
    different('\\set a 1\nSELECT 2', '\\set a 1 SELECT\n2');
    different("\\set a 'x y'\nSELECT 1", "\\set a 'x  y'\nSELECT 1");
    different('\\i a\nSELECT 1', '\\i b\nSELECT 1');
    different('\\i a\nSELECT 1', 'SELECT 1');
    different('.print a\nSELECT 1', '.print b\nSELECT 1', 'sqlite');
    different('source a\n', 'source b\n', 'mysql');
    different('INPUT a;', 'INPUT b;', 'firebird');
    different('\\set a 1\nSELECT :a', '\\set a 2\nSELECT :a');
  });

  it('does not change with what only says how statements end', () => {
    same('DELIMITER //\nSELECT 1//\nSELECT 2//', 'SELECT 1;\nSELECT 2;', 'mysql');
    same('DELIMITER //\nSELECT 1//', 'delimiter $$\nSELECT 1 $$\nDELIMITER ;', 'mysql');
    same(
      'CREATE PROCEDURE p() BEGIN SELECT 1; END;',
      'DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//',
      'mysql',
    );
    same(
      'SET TERM ^ ;\nEXECUTE BLOCK AS BEGIN a = 1; END^\nSET TERM ; ^',
      'EXECUTE BLOCK AS BEGIN a = 1; END;',
      'firebird',
    );
    different('SET TERM ^ ;\nSET a^', 'SET b', 'firebird');
  });

  it('counts the data of COPY as they are, but for line ends', () => {
    const copy = (data: string) => `COPY t  FROM stdin; -- c\n${data}\\.\nSELECT 1;`;
    different(copy('a\tb\n'), copy('a b\n'));
    different(copy('a\n'), copy('a \n'));
    different(copy('-- a\n'), copy(''));
    different(copy('\n'), copy(''));
    same(copy('a\n'), copy('a\r\n'));
    same(copy('a\n'), 'COPY t FROM stdin;\na\n\\.\n\nSELECT 1');
  });

  it('is the same with random comments and space between the tokens of any dialect', () => {
    const tokens: Readonly<Record<Backend, readonly string[]>> = {
      postgresql: ['SELECT', 'a', "'b;'", '$$ c $$', '+', '(', ')', ';', ',', '"d"', '1.5'],
      mysql: ['SELECT', 'a', "'b\\';'", '"c"', '`d`', '+', '(', ')', ';', ',', '1.5', '@x'],
      sqlite: ['SELECT', 'a', "'b;'", '[c]', '`d`', '||', '(', ')', ';', ',', '1.5', ':x'],
      firebird: ['SELECT', 'a', "'b;'", "q'{c'}'", '"d"', '||', '(', ')', ';', ',', '1.5', ':x'],
      scratchbird: ['SELECT', 'a', "'b;'", '"d"', '||', '(', ')', ';', ',', '1.5'],
    };
    const space = fc.constantFrom(' ', '\n', '\r\n', '\t', ' /* ; */ ', " -- it's\n", '\n\n  ');
    const cases = fc
      .constantFrom(...(Object.keys(tokens) as Backend[]))
      .chain((dialect) =>
        fc.tuple(
          fc.constant(dialect),
          fc.array(fc.tuple(fc.constantFrom(...tokens[dialect]), space), { maxLength: 20 }),
        ),
      );
    fc.assert(
      fc.property(cases, ([dialect, parts]) => {
        same(parts.map(([token]) => token).join(' '), parts.flat().join(''), dialect);
      }),
      { numRuns: 1_000, seed: 20261121 },
    );
  });
});
