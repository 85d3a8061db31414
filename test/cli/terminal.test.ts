import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import {
  cliBundle,
  migration,
  planDocument,
  type RunAnswer,
  sqliteConfig,
  srdeployJson,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);' };
const pause = { id: 'look', name: 'Look', type: 'pause', message: 'Have a look.' };

/** Runs a command in a terminal of its own (script(1) of util-linux) and answers what it asks. */
function inTerminal(
  words: readonly string[],
  answers: readonly (readonly [asked: RegExp, typed: string])[],
): Promise<{ code: number | null; screen: string }> {
  const command = [process.execPath, cliBundle, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: project.folder,
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '' },
  });
  let screen = '';
  let next = 0;
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const answer = answers[next];
    if (!answer?.[0].test(screen)) return;
    next += 1;
    child.stdin.write(answer[1]);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, screen }));
  });
}

describe('on a terminal', () => {
  it('asks for the id of a production target and for an approval, and goes on with both', async () => {
    const config = { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'production', connection_ref: 'db' } } };
    project = await testProject(
      planDocument({ approval_required: true, steps: [migration('s1', 'm/V1__a.sql')] }),
      files,
      config,
    );
    const { code, screen } = await inTerminal(
      ['run', project.plan],
      [
        [/Approve it yourself\?/, 'y\r'],
        [/Comment:/, 'read it\r'],
        [/Type staging to go on:/, 'staging\r'],
      ],
    );
    expect(code, screen).toBe(0);
    expect(screen).toContain('read it');
    expect(screen).toContain('Run succeeded');
  });

  it('runs nothing when the id is typed wrong', async () => {
    const config = { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'production', connection_ref: 'db' } } };
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), files, config);
    const { code } = await inTerminal(['run', project.plan], [[/Type staging to go on:/, 'stagin\r']]);
    expect(code).toBe(6);
    expect((await srdeployJson<{ runs: unknown[] }>(['runs', 'list'], { cwd: project.folder })).json.runs).toEqual([]);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['the end of input', '\u0004'],
  ])('runs nothing when a question is answered with %s', async (_what, typed) => {
    const config = { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'production', connection_ref: 'db' } } };
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), files, config);
    const { code } = await inTerminal(['run', project.plan], [[/Type staging to go on:/, typed]]);
    expect(code).toBe(6);
    const { json } = await srdeployJson<{ runs: unknown[] }>(['runs', 'list'], { cwd: project.folder });
    expect(json.runs).toEqual([]);
  });

  it('shows a live line with the elapsed time in colour, and continues a pause when Enter is pressed', async () => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql'), pause] }), files);
    const { code, screen } = await inTerminal(['run', project.plan], [[/waiting\S* {2}[1-9]\.\d s/, '\r']]);
    expect(code, screen).toBe(0);
    expect(screen).toContain('\u001b[32m');
    expect(screen).toContain('\r\u001b[K');
    const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd: project.folder });
    expect(json.run.operations.find(({ id }) => id === 'look')).toMatchObject({
      status: 'succeeded',
      detail: expect.stringContaining('continued by'),
    });
  });

  it('asks before it resumes with an amended script', async () => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), {
      'm/V1__a.sql': 'CREATE TABLE a (',
    });
    expect((await srdeployJson<RunAnswer>(['run', project.plan], { cwd: project.folder })).json).toMatchObject({
      run: { status: 'failed' },
      error: { code: 'SQL_ERROR' },
    });
    await project.write('m/V1__a.sql', files['m/V1__a.sql']);
    const { code, screen } = await inTerminal(['resume', 'latest'], [[/Resume with them as they are now\?/, 'y\r']]);
    expect(code, screen).toBe(0);
    expect(screen).toContain('\u001b[31m-CREATE TABLE a (\u001b[39m');
    expect(screen.match(/\u001b\[32m\+CREATE TABLE a \(x integer\);/g)).toHaveLength(1);
    expect(screen.indexOf('+CREATE TABLE')).toBeLessThan(screen.indexOf('Resume with them'));
  });
});
