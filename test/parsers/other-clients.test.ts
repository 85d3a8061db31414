import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';

const splitIn = (dialect: Backend) => (script: string) => {
  const { statements, directives, problems } = sqlSyntax.split(script, dialect);
  return {
    texts: statements.map(({ text }) => text),
    directives: directives.map((one) => `${one.type} ${one.type === 'echo' ? one.text : one.database}`),
    problems: problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`),
  };
};

describe('the mysql client', () => {
  const mysql = splitIn('mysql');
  const whole = (statement: string) => {
    const script = `SELECT 1;\n${statement};\nSELECT 2;`;
    expect(mysql(script)).toEqual({ texts: ['SELECT 1', statement, 'SELECT 2'], directives: [], problems: [] });
  };

  it.each([
    'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
    'CREATE DEFINER=`root`@`localhost` PROCEDURE p(IN a INT) SQL SECURITY INVOKER BEGIN DECLARE x INT; SET x = 1; END',
    "CREATE DEFINER=root@localhost FUNCTION f() RETURNS SET('a','b') DETERMINISTIC BEGIN RETURN 'a'; END",
    'CREATE PROCEDURE p() lbl: BEGIN LEAVE lbl; END lbl',
    'CREATE PROCEDURE p() lbl:BEGIN l2: LOOP LEAVE l2; END LOOP l2; END',
    'CREATE PROCEDURE p() BEGIN IF a THEN BEGIN END; ELSEIF b THEN SELECT 1; ELSE SELECT 2; END IF; END',
    'CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SELECT CASE WHEN a THEN 1 ELSE 2 END; ELSE BEGIN END; END CASE; END',
    'CREATE PROCEDURE p() BEGIN WHILE i < 3 DO SET i = i + 1; END WHILE; REPEAT SET i = 0; UNTIL i = CASE WHEN 1 THEN 0 END END REPEAT; END',
    'CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT begin, end FROM t; DECLARE EXIT HANDLER FOR SQLEXCEPTION, 1062 BEGIN ROLLBACK; END; OPEN c; END',
    'CREATE PROCEDURE p() BEGIN UPDATE t SET begin = 1, end = 2; SELECT IF(a, 1, 2), REPEAT(1, 2); DROP TABLE IF EXISTS t; END',
    'CREATE PROCEDURE p() BEGIN FOR i IN 1 .. 3 DO SELECT i; END FOR; END',
    'CREATE PROCEDURE p() IF a THEN SELECT 1; END IF',
    'CREATE PROCEDURE p() WHILE a DO SELECT 1; END WHILE',
    'CREATE PROCEDURE p() REPEAT SELECT 1; UNTIL a END REPEAT',
    'CREATE PROCEDURE p() CASE a WHEN 1 THEN SELECT 1; END CASE',
    'CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS u BEGIN SET NEW.a = 1; END',
    'CREATE OR REPLACE TRIGGER t AFTER UPDATE ON x FOR EACH ROW IF NEW.a THEN SET @b = 1; END IF',
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() COMMENT 'x' DO BEGIN DELETE FROM t; END",
    'ALTER EVENT e DO BEGIN DELETE FROM t; END',
    'BEGIN NOT ATOMIC SELECT 1; SELECT 2; END',
    '/*!50003 CREATE*/ /*!50020 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET @a = 1; END */',
  ])('holds a body without DELIMITER: %s', whole);

  it.each([
    'BEGIN',
    'CREATE PROCEDURE p() SELECT 1',
    'CREATE PROCEDURE p() SELECT begin, end, CASE WHEN a THEN 1 END FROM t a begin',
    'CREATE PROCEDURE begin() SELECT 1',
    'CREATE PROCEDURE IF NOT EXISTS p() SELECT 1',
    'CREATE FUNCTION f(x INT) RETURNS INT RETURN IF(x, 1, CASE x WHEN 1 THEN 2 ELSE end END)',
    "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'",
    'CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW SET NEW.end = NEW.begin, begin = 1',
    'CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW INSERT INTO log (begin, end) VALUES (1, 2)',
    'CREATE TRIGGER begin AFTER DELETE ON x FOR EACH ROW UPDATE t SET begin = 2',
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO UPDATE t SET begin = 1',
    'CREATE TABLE t (begin INT, event INT, trigger_ INT, procedure_ INT)',
    'CREATE VIEW v AS SELECT event, begin FROM t',
    'DROP PROCEDURE IF EXISTS p',
    'DROP TRIGGER t',
    'XA BEGIN 1',
    'SELECT */* ; */ FROM t',
    "SELECT /*!40001 SQL_NO_CACHE */ '*/;' /*! , ';' */",
  ])('ends a statement where it ends: %s', whole);

  it('reads what mysqldump writes', () => {
    const script = [
      '/*M!999999\\- enable the sandbox mode */ ',
      '-- MariaDB dump 10.19',
      '--',
      '/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;',
      'DROP TABLE IF EXISTS `t`;',
      "INSERT INTO `t` VALUES (1,'it\\'s; \\\\'),(2,NULL);",
      'DELIMITER ;;',
      '/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END */;;',
      'DELIMITER ;',
      '/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;',
    ].join('\n');
    const { texts, problems } = mysql(script);
    expect(problems).toEqual([]);
    expect(texts).toHaveLength(5);
    expect(texts[3]).toMatch(/END \*\/$/);
  });

  it('has its delimiter by any name', () => {
    const script =
      "DELIMITER $$\nSELECT 1; SELECT 2$$SELECT 'a$$b' $$\nDELIMITER ;\nSELECT 3;\ndelimiter //\nSELECT 4//";
    expect(mysql(script)).toEqual({
      texts: ['SELECT 1; SELECT 2', "SELECT 'a$$b'", 'SELECT 3', 'SELECT 4'],
      directives: [],
      problems: [],
    });
  });

  it('changes the database only to one that the engine judges', () => {
    expect(mysql('USE `my db`;\nuse other\nSELECT 1;\nconnect third\n\\u fourth\n').directives).toEqual([
      'connect my db',
      'connect other',
      'connect third',
      'connect fourth',
    ]);
  });

  it.each([
    'system ls',
    '\\! ls',
    'tee file',
    'pager less',
    'edit',
    '\\c',
    'clear',
    'resetconnection',
    'connect db host',
    'charset latin1',
    'DELIMITER',
    'DELIMITER \\',
    'source',
    'use',
    '\\y',
    '\\g',
    'go',
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
  ])('has %j refused with its place', (command) => {
    const { problems } = mysql(`SELECT 1;\n  ${command}\n;SELECT 2;`);
    expect(problems[0]).toBe('SQL_CLIENT_COMMAND 2:3');
  });

  it.each(['warnings', '\\W', 'nowarning', 'status', 'notee', 'charset utf8mb4', 'prompt x'])(
    'has %j taken without a word',
    (command) => {
      expect(mysql(`SELECT 1;\n${command}\nSELECT 2;`)).toMatchObject({
        texts: ['SELECT 1', 'SELECT 2'],
        problems: [],
      });
    },
  );

  it('says how to go on where a body has no end', () => {
    const { problems } = sqlSyntax.split('CREATE PROCEDURE p() BEGIN SELECT 1;', 'mysql');
    expect(problems).toMatchObject([{ code: 'SQL_UNTERMINATED', message: expect.stringContaining('DELIMITER') }]);
    expect(mysql('SELECT /*! 1').problems).toEqual(['SQL_UNTERMINATED 1:1']);
  });
});

describe('isql', () => {
  const isql = splitIn('firebird');

  it.each([
    'EXECUTE BLOCK AS BEGIN a = 1; END',
    'EXECUTE BLOCK (a INT = 1) RETURNS (b INT) AS DECLARE c INT; DECLARE VARIABLE d INT = 2; BEGIN SUSPEND; END',
    'CREATE PROCEDURE p AS BEGIN IF (1 = 1) THEN BEGIN a = CASE WHEN b THEN 1 ELSE 2 END; END ELSE EXIT; END',
    'CREATE OR ALTER FUNCTION f (a INT) RETURNS INT AS DECLARE x INT; BEGIN RETURN a; END',
    'CREATE PROCEDURE p AS DECLARE PROCEDURE q (a INT) AS DECLARE x INT; BEGIN x = 1; END DECLARE FUNCTION r RETURNS INT; BEGIN a = 1; END',
    'RECREATE TRIGGER g FOR t ACTIVE BEFORE INSERT POSITION 0 AS DECLARE c CURSOR FOR (SELECT 1 FROM t); BEGIN NEW.a = 1; END',
    'CREATE PACKAGE k AS BEGIN PROCEDURE p; FUNCTION f RETURNS INT; END',
    'RECREATE PACKAGE BODY k AS BEGIN PROCEDURE p AS DECLARE x INT; BEGIN x = 1; END FUNCTION f RETURNS INT AS BEGIN RETURN 1; END END',
    "CREATE FUNCTION f (a INT) RETURNS INT EXTERNAL NAME 'm!f' ENGINE udr",
    "CREATE PROCEDURE p EXTERNAL NAME 'm!p' ENGINE udr AS 'body;'",
    'ALTER TRIGGER g INACTIVE',
    'CREATE VIEW v AS SELECT a FROM t',
    "SELECT q'{it's; a 'q'}', q'!;'!', x'00', 'a''b;' FROM rdb$database",
    'SELECT 1 /* ; */ -- ;\n FROM rdb$database',
    'COMMIT WORK',
    'SET TRANSACTION READ WRITE',
    'SET GENERATOR g TO 5',
    'SET STATISTICS INDEX i',
    "SET TIME ZONE 'UTC'",
    'COMMIT RETAIN',
  ])('leaves %j whole', (statement) => {
    const expected = ['SELECT 1 FROM a', statement, 'SELECT 2 FROM a'];
    for (const dialect of ['firebird', 'scratchbird'] as const) {
      const { texts, problems } = splitIn(dialect)(`SELECT 1 FROM a;\n${statement};\nSELECT 2 FROM a;`);
      expect(problems).toEqual([]);
      expect(texts).toEqual(expected);
    }
    expect(isql(`SET TERM ^ ;\nSELECT 1 FROM a^\n${statement}^ SELECT 2 FROM a ^\nSET TERM ;^`).texts).toEqual(
      expected,
    );
  });

  it('has its terminator changed by SET TERM, in all the ways it is written', () => {
    const script =
      "set term ^ ;\nA; B^C ^\nSET TERM ; ^ D;\nSET TERM !!;\nE; F'!!' !!G!!SET TERMINATOR ;!!\nH;SET TERM $$ ;I$$SET TERM;$$J;";
    expect(isql(script)).toEqual({
      texts: ['A; B', 'C', 'D', "E; F'!!'", 'G', 'H', 'I', 'J'],
      directives: [],
      problems: [],
    });
  });

  it.each([
    'SHOW TABLES',
    "CONNECT 'db'",
    "CREATE DATABASE 'db'",
    'DROP DATABASE',
    'QUIT',
    "OUTPUT 'x'",
    'SHELL ls',
    'EDIT x',
    'SET BAIL OFF',
    'SET NAMES LATIN1',
    'SET SQL DIALECT 1',
    'INPUT',
    'HELP',
  ])('has %j refused with its place', (command) => {
    const { texts, problems } = isql(`SELECT 1 FROM a;\n ${command};\nSELECT 2 FROM a;`);
    expect(problems).toEqual(['SQL_CLIENT_COMMAND 2:2']);
    expect(texts).toHaveLength(2);
  });

  it('has settings of its own taken without a word, and ends with EXIT', () => {
    const settings =
      'SET AUTODDL OFF;SET AUTO;SET BAIL ON;SET NAMES UTF8;SET SQL DIALECT 3;SET COUNT ON;SET LIST;SET ECHO OFF;';
    expect(isql(`${settings}SELECT 1 FROM a;EXIT;SELECT 2 FROM a;`)).toEqual({
      texts: ['SELECT 1 FROM a'],
      directives: [],
      problems: [],
    });
  });

  it('says which body has no end', () => {
    expect(isql('SELECT 1 FROM a;\nCREATE PROCEDURE p AS BEGIN a = 1;').problems).toEqual(['SQL_UNTERMINATED 2:1']);
  });
});

describe('the sqlite3 shell', () => {
  const sqlite = splitIn('sqlite');

  it('prints, reads, and ends', () => {
    const script =
      '# a comment;\n.print \'one  two\' "three\\tfour" five\nSELECT 1;\n.echo on\n.bail on\nSELECT 2\n.5;\n.quit\nSELECT 3;';
    expect(sqlite(script)).toEqual({
      texts: ['SELECT 1', 'SELECT 2\n.5'],
      directives: ['echo one  two three\tfour five'],
      problems: [],
    });
  });

  it.each([
    '.import a.csv t',
    '.mode csv',
    '.headers on',
    '.output x',
    '.once x',
    '.shell ls',
    '.system ls',
    '.open other.db',
    '.load x',
    '.backup x',
    '.param set a 1',
    '.bail off',
    '.read',
    ".read '|ls'",
    '.timeout 5',
    '.nonsense',
  ])('has %j refused with its place', (command) => {
    const { texts, problems } = sqlite(`SELECT 1;\n${command}\nSELECT 2;`);
    expect(problems).toEqual(['SQL_CLIENT_COMMAND 2:1']);
    expect(texts).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('takes a dot for a command only at the beginning of a line, and where no statement is open', () => {
    expect(sqlite('SELECT t\n.mode FROM t;').texts).toEqual(['SELECT t\n.mode FROM t']);
    expect(sqlite(' .mode csv').texts).toEqual(['.mode csv']);
  });

  it('reads a comment on to the line feed', () => {
    expect(sqlite('SELECT 1 -- a\r, 2;\n, 3;').texts).toEqual(['SELECT 1 -- a\r, 2;\n, 3']);
  });
});
