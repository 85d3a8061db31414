import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';

const dialects: readonly Backend[] = ['postgresql', 'sqlite', 'mysql', 'firebird'];
const size = 512 * 1024;

/** Pieces that repeat: what a reader that looks back or ahead too far would look at again and again. */
const pieces: Readonly<Record<string, string>> = {
  inserts: "INSERT INTO t VALUES (1, 'x');\n",
  operators: '+',
  'mixed operators': '+-/<',
  signs: '@',
  dollars: '$a',
  tags: '$a$',
  brackets: '(',
  'square brackets': '[',
  words: 'CREATE TRIGGER ',
  bodies: 'BEGIN ATOMIC ',
  routines: 'CREATE PROCEDURE p() BEGIN ',
  cases: 'CASE ',
  ends: '; END ',
  blocks: 'EXECUTE BLOCK AS DECLARE PROCEDURE ',
  quotes: "'",
  'escape strings': "E'a'\n",
  'open escape strings': "E'a' ",
  'alternative quotes': "q'{",
  comments: '/*',
  'comment ends': '*/',
  'conditional comments': '/*!1 ',
  'line comments': '--\n',
  copies: 'COPY t FROM stdin;\n',
  'copies with data': 'COPY t FROM stdin;\n1\n\\.\n',
  'one word': 'a',
  digits: '1e',
  lines: '\r',
  'line feeds': '\n',
  commands: '\\x\n',
  backslashes: '\\',
  'unknown commands': '\\nonsense a b c\n',
  'quoted arguments': "\\set a 'b\n",
  arguments: '\\echo a\'b\'"c":d`e`',
  variables: ':a',
  'set variables': '\\set a :a:a\nSELECT :a;\n',
  'nested variables': "\\set a 'x :b'\n:a;\\set b ':a'\n",
  conditions: '\\if x\n',
  includes: '\\i x\n',
  delimiters: 'DELIMITER //\nSELECT 1//\nDELIMITER ;\n',
  'one delimiter': 'DELIMITER aaaaaaaaaaaaaaaaaaaaaaaab\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  terms: 'SET TERM ^ ;\nSELECT 1^\nSET TERM ; ^\n',
  'dot commands': '.print "a b" c\n',
  'read commands': '.read x\n',
  'named commands': 'use db\n',
};

describe('reading', () => {
  // Anything worse than linear would take hours here; bench/ measures how fast it is.
  it.each(Object.entries(pieces))(
    'ends on half a megabyte of %s, with statements in order and inside the script',
    (_name, piece) => {
      const script = piece.repeat(size / piece.length);
      for (const dialect of dialects) {
        const { statements, problems } = sqlSyntax.split(script, dialect, { include: () => '' });
        const ends = statements
          .filter(({ segments }) => segments === undefined)
          .map(({ offset, text: { length } }) => [offset, offset + length] as const);
        expect(ends.every(([, end], i) => end <= (ends[i + 1]?.[0] ?? script.length))).toBe(true);
        expect(problems.every(({ position }) => position.line > 0)).toBe(true);
        expect(sqlSyntax.normalise(script, dialect).length).toBeLessThanOrEqual(script.length * 3);
      }
    },
    120_000,
  );
});
