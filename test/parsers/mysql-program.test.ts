import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlSyntax } from '../../parsers/index.ts';
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const exec = promisify(execFile);
let server: MariadbServer;
let folder: string;

beforeAll(async () => {
  server = await startMariadb();
  folder = await temporaryFolder();
}, 120_000);
afterAll(() => server.stop());

/** The statements that the client sends, as it shows them itself; their errors do not matter. */
async function clientStatements(script: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [path, text] of Object.entries({ ...files, 'script.sql': script })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const args = ['--no-defaults', `--host=${server.host}`, `--port=${server.port}`, `--user=${server.username}`];
  const more = ['--protocol=tcp', '--force', '--verbose', '--default-character-set=utf8mb4', '--silent', '--silent'];
  const command = `exec mariadb "$@" < script.sql`;
  const { stdout } = await exec('/bin/sh', ['-c', command, 'sh', ...args, ...more], {
    cwd: folder,
    env: { PATH: process.env.PATH, MYSQL_PWD: server.password },
  });
  return [...stdout.matchAll(/^-{14}\n(.*?)\n-{14}\n/gms)].map(([, statement = '']) => statement);
}

/** The client takes comments and some space away. */
const plain = (statement: string) => sqlSyntax.normalise(`DELIMITER \u0001\n${statement}`, 'mysql');

async function expectAsClient(text: string, files: Readonly<Record<string, string>> = {}) {
  const expected = await clientStatements(text, files);
  const { statements, problems } = sqlSyntax.split(text, 'mysql', { include: (path) => files[path] });
  expect(problems).toEqual([]);
  expect(statements.map((one) => plain(one.text))).toEqual(expected.map(plain).filter((one) => one !== ''));
}

const hard: readonly string[] = [
  'SELECT 1; SELECT 2;\nSELECT 3',
  'DELIMITER $$\nSELECT 1$$ SELECT 2 $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END$$\ndelimiter ;\nSELECT 3;',
  'delimiter //\nSELECT 1; SELECT 2//\nDelimiter ;;\nSELECT 3; ;; SELECT 4;;\nDELIMITER ;\nSELECT 5;',
  'DELIMITER \'||\'\nSELECT 1||\nDELIMITER "!"\nSELECT 2!\nDELIMITER `;`\nSELECT 3;',
  'DELIMITER $$ trailing words\nSELECT 1$$\n',
  'SELECT \'a\\\';b\', "c\\";d", `e;\\`, \'f\'\';g\', "h""i";\nSELECT 2;',
  'SELECT 1 # ; \n+ 1; -- ;\nSELECT 2 -- ;\n; SELECT 5--1; #\n--;\nSELECT 3;',
  'SELECT /* ; */ 1; /* ; \n ; */ SELECT 2;',
  '/*!40101 SET @a = 1 */;\n/*!50003 CREATE*/ /*!50020 DEFINER=`root`@`localhost`*/ SELECT 1 */;\nSELECT 2;',
  'SELECT 1\\g SELECT 2 \\G\nSELECT NULL, \\N;\n',
  'SELECT 1;\nsource sub/one.sql\nSELECT 2; \\. sub/one.sql\nSELECT 3;',
  "DELIMITER END\nSELECT 1 END SELECT 'END', `END` END SELECT APPEND\n",
  'DELIMITER ^\nSELECT 1^SELECT 2^^ SELECT 3',
  'DELIMITER GO\nSELECT 1\nGO\nSELECT 2 GO',
  'exit\nSELECT 1;',
  '\ufeffSELECT 1;\r\nSELECT 2;\r\n',
  'SELECT "😀;", \'é\';SELECT 2',
  'CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.end = NEW.begin;SELECT 1;',
];

describe('the statements that the mysql client sends', () => {
  it.each(hard)('are ours for %j', (text) => expectAsClient(text, { 'sub/one.sql': "SELECT 'one'; SELECT 'last'" }));

  it('are ours for random scripts', async () => {
    const token = fc.constantFrom(
      ...[
        ' ',
        '\n',
        ' 1',
        ' a',
        ',',
        "'a;b'",
        "'\\';'",
        '"c;d"',
        '"\\";"',
        '`e;f`',
        "'it''s'",
        ' # ;\n',
        ' -- ;\n',
        ' /* ; */ ',
        '--1',
        ' -',
      ],
      ...[
        '(',
        ')',
        ';',
        ' ;\n',
        '$$',
        ' $$\n',
        '//',
        '\\g',
        ' \\N',
        '/*!40000 x , 2 */ ',

        ' *',
        '/',
        '$',
        "''",
        ' @a',
        '😀',
        '|',
      ],
    );
    const line = fc.constantFrom('DELIMITER $$', 'delimiter ;', 'DELIMITER //', 'Delimiter ;;', 'DELIMITER |');
    const script = fc
      .array(
        fc.oneof(
          { weight: 3, arbitrary: fc.array(token, { maxLength: 8 }).map((parts) => `SELECT${parts.join('')}`) },
          line.map((text) => `\n${text}\n`),
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(''));
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(script, async (text) => {
        // What we refuse is no case.
        if (sqlSyntax.split(text, 'mysql').problems.length > 0) return;
        compared += 1;
        await expectAsClient(text);
      }),
      { numRuns: 100, seed: 20261121 },
    );
    expect(compared).toBeGreaterThan(20);
  }, 300_000);
});
