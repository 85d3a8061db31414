import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { parse } from 'sqlite3-parser';
import { describe, expect, it } from 'vitest';
import { sqlSyntax } from '../../parsers/index.ts';

/** Statements of a database that has `t` and `u`, so that SQLite itself takes them. */
const statements: readonly string[] = [
  'CREATE TRIGGER IF NOT EXISTS g1 AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; DELETE FROM u; END',
  'CREATE TEMP TRIGGER IF NOT EXISTS g2 BEFORE DELETE ON t BEGIN INSERT INTO u("end") VALUES (OLD.a); SELECT 1; END',
  'create temporary trigger if not exists g3 instead of update on v begin select case new.a when 1 then 2 end; end',
  'EXPLAIN CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END',
  'SELECT [a;b], `c;d``e`, "f;""g", \'h;\'\'i\' FROM (SELECT 1 AS [a;b], 2 AS `c;d``e`, 3 AS "f;""g")',
  String.raw`SELECT 'a\'`,
  'SELECT 1 /* ; */ + 2 -- ;\n + 3',
  'SELECT 1 -- carriage\r; return\n + 1',
  "SELECT x'00ff', .5, 1e3, 0x1F, 'é', '😀;'",
  'SELECT CASE WHEN 1 THEN 2 END AS begin',
  'INSERT INTO t VALUES (1)',
  'WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3) SELECT * FROM c',
  "SELECT a->>'$.b', a->'c', a||b, a<<1, a<>b, a==b, a!=b FROM (SELECT '{}' AS a, 1 AS b)",
  'PRAGMA foreign_keys = ON',
  'BEGIN',
  'COMMIT',
  'CREATE TABLE IF NOT EXISTS n (a INT CHECK (a > 0), "end" TEXT DEFAULT (\';\')) STRICT',
  'CREATE VIEW IF NOT EXISTS w AS SELECT 1 AS x',
];

const between = fc.constantFrom(';', ' ;\n', ';\r\n-- licence; header\r\n', '; /* a ; */ ', '\n;\n\n');
const script = fc
  .tuple(
    fc.constantFrom('', '\n', '-- first ;\n'),
    fc.array(fc.tuple(fc.constantFrom(...statements), between), { maxLength: 12 }),
  )
  .map(([before, parts]) => before + parts.flat().join(''));

const ours = (text: string) => sqlSyntax.split(text, 'sqlite').statements.map((one) => one.text);

describe('statements of SQLite', () => {
  it('are ours by its grammar, at the same places', () => {
    fc.assert(
      fc.property(script, (text) => {
        // The parser's places leave the word EXPLAIN out.
        if (text.includes('EXPLAIN')) return;
        const parsed = parse(text);
        if (parsed.status !== 'ok') throw new Error(parsed.errors.join('\n'));
        // Where a statement may begin with WITH, they begin behind the last semicolon.
        const skip = (offset: number) =>
          offset + (/^(?:;|\s|\/\*[^*]*\*\/|--[^\n]*\n)*/.exec(text.slice(offset))?.[0].length ?? 0);
        const spans = parsed.root.cmds.map(({ span }) => {
          const start = skip(span.offset);
          return [start, text.slice(start, span.offset + span.length)];
        });
        const { statements, problems } = sqlSyntax.split(text, 'sqlite');
        expect(problems).toEqual([]);
        expect(statements.map((one) => [one.offset, one.text])).toEqual(spans);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('are ours by what SQLite itself takes for the next one', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (a); CREATE TABLE u ("end"); CREATE VIEW v AS SELECT a FROM t');
    fc.assert(
      fc.property(script, (text) => {
        const taken: string[] = [];
        for (let rest = text; ours(rest).length > 0; ) {
          // Without parameters it is the text of the one statement that was compiled, up to its semicolon.
          const { expandedSQL } = database.prepare(rest);
          taken.push(...ours(expandedSQL ?? ''));
          rest = rest.slice(expandedSQL?.length ?? rest.length);
        }
        expect(ours(text)).toEqual(taken);
      }),
      { numRuns: 300, seed: 20261121 },
    );
    database.close();
  });

  it('come apart one by one wherever random tokens happen to be SQL', () => {
    const token = fc.constantFrom(
      ...[
        'SELECT 1',
        ' 2',
        ',',
        '+',
        ' a',
        '(',
        ')',
        "'x;'",
        '"y;"',
        '[z;]',
        '`w;`',
        '--;\n',
        '/*;*/',
        ';',
        ' AS ',
        'end',
        ' ',
        '\n',
        '*',
        '-',
        '/',
      ],
      ...['CREATE TRIGGER g AFTER INSERT ON t BEGIN ', 'SELECT 1; ', 'END', ';END;', ' CASE WHEN 1 THEN 2 END'],
    );
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (a)');
    let compared = 0;
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = `SELECT 0${tokens.join('')}`;
        for (let rest = text; ours(rest).length > 0; ) {
          const taken = next(database, rest);
          if (taken === undefined) return;
          compared += 1;
          expect(ours(taken)).toHaveLength(1);
          expect(ours(rest)[0]).toBe(ours(taken)[0]);
          rest = rest.slice(taken.length);
        }
      }),
      { numRuns: 4_000, seed: 20261121 },
    );
    expect(compared).toBeGreaterThan(500);
    database.close();
  });
});

/** The text of the next statement; undefined where SQLite refuses it. */
function next(database: InstanceType<typeof DatabaseSync>, text: string): string | undefined {
  try {
    return database.prepare(text).expandedSQL;
  } catch {
    return undefined; // Most random texts are not SQL; only those that are have statements to compare.
  }
}
