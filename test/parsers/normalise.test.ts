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
});
