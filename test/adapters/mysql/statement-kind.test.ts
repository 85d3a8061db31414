import { describe, expect, it } from 'vitest';
import { errorOffset } from '../../../adapters/mysql/error-offset.ts';
import { scriptRefusal } from '../../../adapters/mysql/statement-guard.ts';
import { changesSession, locksTables, statementKind } from '../../../adapters/mysql/statement-kind.ts';

const writes = (name: string, database?: string) => ({ type: 'rows', table: { database, name } });

describe('the kind of a statement', () => {
  it.each([
    ['INSERT INTO t VALUES (1)', writes('t')],
    ['insert ignore t (a) select 1', writes('t')],
    ['INSERT /* a */ INTO `a``b`.`c d` SET x = 1', writes('c d', 'a`b')],
    ['REPLACE t VALUES (1)', writes('t')],
    ["UPDATE t SET a = 'UPDATE x, y SET'", writes('t')],
    ['UPDATE LOW_PRIORITY shop.t AS x SET a = 1', writes('t', 'shop')],
    ['DELETE FROM t', writes('t')],
    ['DELETE FROM t WHERE a = 1', writes('t')],
    ['SELECT 1', { type: 'rows', table: undefined }],
    ['(SELECT 1)', { type: 'rows', table: undefined }],
    ["SET sql_mode = ''", { type: 'session' }],
    ['SET SESSION a = 1, b = 2', { type: 'session' }],
    ['SET @a = 1', { type: 'session' }],
    ['USE other', { type: 'session' }],
    ['SET GLOBAL a = 1', { type: 'other' }],
    ['SET a = 1, GLOBAL b = 2', { type: 'other' }],
    ['SET @@global.a = 1', { type: 'other' }],
    ["SET PASSWORD = 'x'", { type: 'other' }],
    ['UPDATE t, u SET t.a = 1', { type: 'other' }],
    ['UPDATE t JOIN u SET t.a = 1', { type: 'other' }],
    ['DELETE t FROM t JOIN u', { type: 'other' }],
    ['DELETE FROM t USING t JOIN u', { type: 'other' }],
    ['WITH c AS (SELECT 1) DELETE FROM t', { type: 'other' }],
    ['INSERT DELAYED INTO t VALUES (1)', { type: 'other' }],
    ['INSERT /*! IGNORE */ INTO t VALUES (1)', { type: 'other' }],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", { type: 'other' }],
    ['INSERT INTO "t" VALUES (1)', { type: 'other' }],
    ['CALL p()', { type: 'other' }],
    ['ALTER TABLE t ADD b int', { type: 'other' }],
    ['INSERTED', { type: 'other' }],
  ])('%s', (statement, kind) => expect(statementKind(statement)).toMatchObject(kind));

  it('names what may be a function', () => {
    expect(statementKind("INSERT INTO t (a) VALUES (f(1), `g h` (2), 'k(3)')")).toMatchObject({
      calls: ['t', 'VALUES', 'f', 'g h'],
    });
  });
});

describe('what a statement leaves in its session', () => {
  it.each([
    ['INSERT INTO t VALUES (1)', false],
    ["INSERT INTO t VALUES ('a := b into @c')", false],
    ['CREATE TABLE t (a int)', false],
    ['CREATE OR REPLACE TABLE t (a int)', false],
    ['CREATE TEMPORARY TABLE t (a int)', true],
    ['CREATE OR REPLACE TEMPORARY TABLE t (a int)', true],
    ['SELECT @a := 1', true],
    ['SELECT 1 INTO @a', true],
    ['SET NAMES latin1', true],
    ['CALL p()', true],
    ['/*!40101 SET NAMES utf8 */', true],
    ['LOCK TABLES t WRITE', true],
  ])('%s', (statement, changes) => expect(changesSession(statement)).toBe(changes));

  it('may be locks on tables', () => {
    expect(locksTables('lock tables t write')).toBe(true);
    expect(locksTables('UNLOCK TABLES')).toBe(false);
    expect(locksTables('INSERT INTO t VALUES (1)')).toBeUndefined();
  });
});

describe('statements that are refused', () => {
  it.each([
    'COMMIT',
    '-- x\nROLLBACK TO a',
    '# x\nbegin',
    'START  TRANSACTION',
    'SAVEPOINT a',
    "xa start 'a'",
    '/*! COMMIT */',
  ])('%s', (statement) => expect(scriptRefusal(statement)?.message).toContain('committed and recorded one by one'));

  it('are not those that only look like it', () => {
    for (const text of ['BEGIN NOT ATOMIC SELECT 1; END', 'CREATE PROCEDURE p() BEGIN COMMIT; END', "SELECT 'COMMIT'"])
      expect(scriptRefusal(text), text).toBeUndefined();
  });
});

describe('the place of an error', () => {
  const syntax = (near: string, line: number) =>
    `You have an error in your SQL syntax; check the manual for the right syntax to use near '${near}' at line ${line}`;

  it('is told where the server’s words fit one place', () => {
    expect(errorOffset(syntax("it's x", 2), "a\nb it's x")).toBe(4);
    expect(errorOffset(syntax('', 3), 'abc')).toBe(3);
    const long = 'x'.repeat(100);
    expect(errorOffset(syntax(`b ${long}`.slice(0, 80), 1), `a b ${long}`)).toBe(2);
  });

  it('is not told where they fit several or none', () => {
    const near = 'b '.repeat(40);
    expect(errorOffset(syntax(near, 1), 'b '.repeat(60))).toBeUndefined();
    expect(errorOffset(syntax('zzz', 1), 'abc')).toBeUndefined();
    expect(errorOffset(syntax('b', 9), 'abc d')).toBeUndefined();
    expect(errorOffset("Unknown column 'a' in 'field list'", 'SELECT a, a FROM t')).toBeUndefined();
    expect(errorOffset("Duplicate entry '1'", 'INSERT')).toBeUndefined();
  });
});
