import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { secretForms } from '../../core/index.ts';
import {
  migration,
  planDocument,
  srdeploy,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const secret = 'Tr0ub4dor&3 "quo\'ted" <ü$>/+=';
const forms = secretForms(secret);

/** Prints every form of its secret: whole, in halves with a pause between, coloured, and wrapped. */
const tellTale = `
const secret = process.env.MY_SECRET;
const b = Buffer.from(secret);
const forms = [
  secret, encodeURIComponent(secret), encodeURIComponent(encodeURIComponent(secret)), JSON.stringify(secret),
  JSON.stringify(JSON.stringify(secret)), b.toString('hex'), b.toString('hex').toUpperCase(), b.toString('base64'),
  b.toString('base64url'), Buffer.from('user:' + secret).toString('base64'), Buffer.from(secret, 'utf16le').toString('base64'),
  Buffer.from('x' + secret).toString('base64'), secret.replaceAll("'", "''"), secret.replaceAll("'", "'\\\\''"),
  secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  'postgresql://dana:' + encodeURIComponent(secret) + '@db/shop',
];
(async () => {
  for (const out of [process.stdout, process.stderr]) {
    for (const form of forms) out.write('told: ' + form + '\\n');
    out.write(secret.slice(0, 9));
    await new Promise((resolve) => setTimeout(resolve, 150));
    out.write(secret.slice(9) + '\\n');
    out.write('\\x1b[31m' + secret.slice(0, 12) + '\\x1b[0m' + secret.slice(12) + '\\n');
    out.write(secret.slice(0, 12) + '\\n' + secret.slice(12) + '\\n');
  }
  process.exitCode = Number(process.argv[2]);
})();
`;

const isThere = (text: string): readonly string[] => forms.filter((form) => text.includes(form));

/** What the command would print, had nobody masked it. */
const tellTaleLines = (text: string): string =>
  [
    text,
    encodeURIComponent(text),
    JSON.stringify(text),
    ...(['hex', 'base64', 'base64url'] as const).map((to) => Buffer.from(text).toString(to)),
    Buffer.from(`x${text}`).toString('base64'),
  ].join('\n');

/** Every form that stands in a file below a folder, with the file. */
async function foundBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const found: string[] = [];
  for (const name of names) {
    const file = join(folder, name);
    if (!(await stat(file)).isFile()) continue;
    const bytes = await readFile(file);
    for (const text of [bytes.toString('utf8'), bytes.toString('utf16le')])
      for (const form of isThere(text)) found.push(`${name}: ${form}`);
  }
  return found;
}

/** Every form in the arguments of any process. */
const inArguments = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        // What a person types is in the arguments of the command line that they typed.
        return words.includes('--approve') ? [] : isThere(words);
      } catch {
        return []; // It has ended.
      }
    });

describe('a secret that is told in every form', () => {
  it('is found in no file, no output and no argument: failing, resumed, approved, exported', async () => {
    const command = (id: string, code: number) => ({
      id,
      name: 'Tell',
      type: 'command',
      command: ['node', 'tell.js', String(code)],
      env: { MY_SECRET: '${secret:TOLD}' },
    });
    project = await testProject(
      planDocument({
        version: '1.1',
        approval_required: true,
        steps: [migration('s1', 'm/V1__a.sql'), command('good', 0), command('bad', 3)],
      }),
      { 'm/V1__a.sql': 'CREATE TABLE a (x integer);', 'tell.js': tellTale },
    );
    const options = { cwd: project.folder, env: { SRDEPLOY_SECRET_TOLD: secret } };
    const texts: string[] = [];
    const told = async (...words: string[]) => {
      const { stdout, stderr, code } = await srdeploy(words, options);
      texts.push(stdout, stderr);
      return code;
    };
    const started = startSrdeploy(['run', project.plan, '--events', '--approve', `because ${secret}`], options);
    const inArgv = new Set<string>();
    const look = setInterval(() => {
      for (const form of inArguments()) inArgv.add(form);
    }, 20);
    const first = await started.ended;
    clearInterval(look);
    texts.push(first.stdout, first.stderr);
    expect(first.code).toBe(8);
    expect(first.stdout).toContain('told: ***');
    expect(isThere(tellTaleLines(secret)).length, 'the search finds what is there').toBeGreaterThan(6);
    expect(await told('run', project.plan, '--json', '--approve', `because ${secret}`)).toBe(8);
    expect(await told('run', project.plan, '--approve', secret)).toBe(8);
    expect(await told('resume', 'latest', '--skip', 'bad', '--reason', `no ${secret}`, '--approve', secret)).toBe(0);
    expect(await told('approve', project.plan, '--comment', secret)).toBe(0);
    for (const words of [
      ['plan', project.plan],
      ['plan', project.plan, '--json'],
      ['runs', 'logs', 'latest'],
      ['runs', 'logs', 'latest', '--json'],
      ['runs', 'show', 'latest', '--json'],
      ['audit', 'list', '--json'],
      ['history', 'export', '--format', 'json'],
      ['history', 'export', '--format', 'csv', '--kind', 'operations'],
    ])
      expect(await told(...words), words.join(' ')).toBe(0);
    expect([...inArgv]).toEqual([]);
    expect(texts.flatMap(isThere)).toEqual([]);
    expect(await foundBelow(join(project.folder, '.srdeploy'))).toEqual([]);
  });

  it('is found in no file of a detached run', async () => {
    project = await testProject(
      planDocument({
        version: '1.1',
        steps: [
          {
            id: 'bad',
            name: 'Tell',
            type: 'command',
            command: ['node', 'tell.js', '3'],
            env: { MY_SECRET: '${env:TOLD}' },
          },
        ],
      }),
      { 'tell.js': tellTale },
    );
    const options = { cwd: project.folder, env: { TOLD: secret } };
    expect((await srdeploy(['run', project.plan, '--detach'], options)).code).toBe(0);
    const followed = await srdeploy(['runs', 'logs', 'latest', '--follow'], options);
    expect(followed.code).toBe(8);
    expect(isThere(followed.stdout + followed.stderr)).toEqual([]);
    expect(await foundBelow(join(project.folder, '.srdeploy'))).toEqual([]);
  });
});

describe('a secret that is too short to be masked', () => {
  it.each(['abc', '  x  '])(
    'is named by its reference, never by its value, in the plan and when a run starts: %j',
    async (short) => {
      project = await testProject(
        planDocument({
          version: '1.1',
          steps: [{ id: 'c', name: 'C', type: 'command', command: ['true'], env: { A: '${secret:PIN}' } }],
        }),
        {},
      );
      const options = { cwd: project.folder, env: { SRDEPLOY_SECRET_PIN: short } };
      const finding = 'SECRET_TOO_SHORT The value of ${secret:PIN} has fewer than 4 characters';
      const planned = await srdeploy(['plan', project.plan], options);
      expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining(`warning ${finding}`) });
      const ran = await srdeploy(['run', project.plan], options);
      expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`warning ${finding}`) });
      const long = { ...options, env: { SRDEPLOY_SECRET_PIN: 'abcd' } };
      expect((await srdeploy(['plan', project.plan], long)).stdout).not.toContain('SECRET_TOO_SHORT');
    },
  );
});
