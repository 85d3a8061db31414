import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlSyntax } from '../../parsers/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const exec = promisify(execFile);
let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  folder = await temporaryFolder();
  await runPsql('create.sql', { 'create.sql': 'CREATE TABLE t (a text); CREATE TABLE u (a text, b text);' });
}, 120_000);
afterAll(async () => {
  await server.stop();
});

/** The queries that psql sends, as its own log tells them, and the lines that the script lets it print. */
async function runPsql(script: string, files: Readonly<Record<string, string>>) {
  const log = join(folder, 'psql.log');
  await rm(log, { force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { stdout } = await exec('psql', ['-X', '-q', '-o', '/dev/null', '-L', log, '-f', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.username,
      PGPASSWORD: server.password,
      PGDATABASE: server.database,
      PGCLIENTENCODING: 'UTF8',
    },
  });
  const queries = [...(await readFile(log, 'utf8')).matchAll(/^\*{8,} QUERY \*{8,}\n(.*?)\n\*{20,}\n/gms)].map(
    ([, query = '']) => query,
  );
  return { queries, lines: stdout.split('\n').filter((line) => line !== '') };
}

/** A statement without what makes no difference here: space, comments that have no quotes in them, the semicolon at the end. */
const plain = (query: string) =>
  query
    .replaceAll(/\/\* \/\* \*\/ ; \*\/|\/\* [;:a]+ \*\/|-- [; :a]+$/gm, '')
    .replaceAll(/\s+/g, '')
    .replace(/;$/, '');

async function expectAsPsql(text: string, files: Readonly<Record<string, string>> = {}) {
  const { queries, lines } = await runPsql('script.sql', { ...files, 'script.sql': text });
  const split = sqlSyntax.split(text, 'postgresql', { include: (path) => files[path] });
  expect(split.statements.map((statement) => plain(statement.text))).toEqual(
    queries.map(plain).filter((query) => query !== ''),
  );
  expect(
    split.directives.flatMap((one) =>
      one.type === 'echo' && one.text !== '' ? one.text.split('\n').filter((l) => l !== '') : [],
    ),
  ).toEqual(lines);
  return split;
}

const hard: readonly string[] = [
  "\\set a 1\n\\set b 'x y' :a \"q\"\nSELECT :a, :'b', :\"b\", ':a', $$:a$$, x::a, /* :a */ y[1:a], z[1:2]; -- :a\n",
  "\\set stmts 'SELECT 1; SELECT 2'\n:stmts;\n:stmts , 3;\n",
  '\\set a :b\n\\set b :a\n\\set c :a:a\nSELECT :a, :b, :c;\n',
  "\\set r 'x + :r'\nSELECT :r;\n",
  'SELECT 1 \\echo in the middle\n + 2;\n\\echo one  two \'three  four\' "five six" \\\\ SELECT 3;\n',
  "\\set q 'it''s' '\\n' '\\x41' '\\101' '\\q'\nSELECT :'q', :\"q\";\n\\echo :q :'q' :\"q\" :{?q} :{?nope} :nope\n",
  'SELECT :{?a}, 1 \\g\n\\set a\nSELECT :{?a};\\set a 5\nSELECT :a::int, :a:b;\n\\unset a\nSELECT :a;\n',
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END; SELECT 3;\n',
  'COPY t FROM stdin;\nit\'s :a; \\n\n\\.\nSELECT 4;\nCOPY u (a, b) FROM STDIN WITH (FORMAT csv); -- here\nx,"y;"\n\\.\nSELECT 5;\n',
  'SELECT (1; 2); SELECT 7) ; SELECT 8;\n',
  "\\set x 'a\\\\b'\nSELECT :'x', 'a':'x';\n",
  "SELECT 'a' || :'b' || :\"c :'d e' :{?} :{ :- : a;\n",
  'SELECT 9 \\: 1, 2\\:3;',
  'SELECT 10 /* \\echo no */ -- \\echo no\n, 1;',
  "\\echo a\\echo b\\\\SELECT 11;\\echo 'c\n\\echo d",
  'SELECT 12 \\q\nSELECT 13;',
  'SELECT 14',
  "\\i 'in clude.sql'\nSELECT 15 \\ir sub/one.sql\n;SELECT :v;\\include sub/one.sql;\n",
];

describe('the statements that psql sends', () => {
  it.each(hard)('are ours for %j', async (text) => {
    await expectAsPsql(text, {
      'in clude.sql': "\\set v 'from include'\nSELECT 100; SELECT 101",
      'sub/one.sql': "SELECT 'one' \\q\nSELECT 'not'",
    });
  });

  it('are ours for random scripts', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'A1', '2', 'é');
    const value = fc.constantFrom(
      "'x y'",
      '5',
      "'it''s'",
      ':a',
      ":'b'",
      ':"c"',
      ':{?a}',
      "'SELECT 1; SELECT'",
      "'$$ ; $$'",
      'w;',
      '""',
      "'\\\\n\\tq'",
    );
    const line = fc.oneof(
      fc.tuple(name, fc.array(value, { maxLength: 3 })).map(([n, v]) => `\\set ${n} ${v.join(' ')}`),
      fc.tuple(name, fc.array(value, { maxLength: 3 })).map(([n, v]) => `\\set ${n} ${v.join('')}`),
      name.map((n) => `\\unset ${n}`),
      fc.array(value, { minLength: 1, maxLength: 4 }).map((v) => `\\echo x${v.join(' ')}`),
    );
    const use = name.chain((n) => fc.constantFrom(`:${n}`, `:'${n}'`, `:"${n}"`, `:{?${n}}`, `::${n}`, `[1:${n}]`));
    const sql = fc.oneof(
      { weight: 4, arbitrary: use },
      fc.constantFrom(
        ...[
          ' ',
          '\n',
          ' ',
          ', ',
          ' + ',
          '(',
          ')',
          ' 1',
          ' x',
          "'a;b'",
          "'it''s'",
          " E'\\';'",
          '"n;a"',
          ' $$;$$',
          ' $q$ $$;$$ $q$',
        ],
        ...[
          '/* ; */',
          '-- ; :a\n',
          '/* /* */ ; */',
          ' := ',
          ':',
          '::',
          ':=',
          '.',
          '\\: ',
          '[',
          ']',
          ':-',
          "U&'d'",
          "B'1'",
          '$1',
          '@>',
          '->>',
        ],
        ...[
          '; ',
          ';\n',
          ' \\g\n',
          'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;',
        ],
      ),
    );
    const script = fc
      .array(
        fc.oneof(
          line.map((text) => `\n${text}\n`),
          fc.array(sql, { maxLength: 12 }).map((parts) => `SELECT ${parts.join('')}`),
          fc.constantFrom(';\n', ';', ";\nCOPY t FROM stdin;\n:a;'\n\\.\n"),
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(script, async (text) => {
        const { problems } = sqlSyntax.split(text, 'postgresql');
        fc.pre(problems.every(({ code }) => code === 'SQL_UNKNOWN_VARIABLE'));
        await expectAsPsql(text);
      }),
      { numRuns: 100, seed: 20261121 },
    );
  }, 600_000);
});
