import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordApproval, startRun } from '../../client/runner-process.ts';
import type { StartRequest } from '../../protocol/index.ts';
import { sampleRun } from './events.ts';
import { until } from './until.ts';

let folder: string;
const startRequest = (project: string): StartRequest => ({
  v: 1,
  verb: 'run',
  project,
  run: sampleRun,
  plan: undefined,
  by: 'ana',
  consent: { confirmations: [], yes: false, approve: undefined, autoContinue: false, approvals: 'wait' },
  secrets: {},
});
const write = (script: string) => writeFile(join(folder, 'runner.js'), script);
const readAll = `let text = ''; process.stdin.setEncoding('utf8').on('data', (c) => { text += c; }).on('end', () => go(JSON.parse(text)));`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('starting a run', () => {
  it('gives the request by standard input, closes it, and hears the answer; no secret is an argument', async () => {
    await write(`${readAll} function go(request) {
      require('fs').writeFileSync(${JSON.stringify(join(folder, 'seen.json'))}, JSON.stringify({ argv: process.argv.slice(2), request }));
      console.log(JSON.stringify({ type: 'started', run: request.run }));
    }`);
    const request = { ...startRequest(folder), secrets: { PASSWORD: 'hunter2' } };
    expect(await startRun(join(folder, 'runner.js'), request)).toEqual({ type: 'started', run: sampleRun });
    const seen = JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8'));
    expect(seen.argv).toEqual(['start']);
    expect(seen.request).toEqual(JSON.parse(JSON.stringify(request)));
  });

  it('does not wait for the run: the runner lives on after its answer', async () => {
    const done = join(folder, 'done');
    await write(`${readAll} function go(request) {
      console.log(JSON.stringify({ type: 'started', run: request.run }));
      setTimeout(() => require('fs').writeFileSync(${JSON.stringify(done)}, 'x'), 300);
    }`);
    await startRun(join(folder, 'runner.js'), startRequest(folder));
    await until(async () => (await readFile(done, 'utf8').catch(() => '')) === 'x');
  });

  it('says what happened when the runner ends without an answer or speaks another language', async () => {
    await write('process.exit(4)');
    const silent = await startRun(join(folder, 'runner.js'), startRequest(folder));
    expect(silent.type === 'refused' && silent.error.message).toContain('code 4');
    await write(`console.log('hello')`);
    const strange = await startRun(join(folder, 'runner.js'), startRequest(folder));
    expect(strange.type === 'refused' && strange.error.message).toContain('another version');
  });

  it('records an approval by the verb of its own', async () => {
    await write(`${readAll} function go(request) {
      console.log(JSON.stringify(process.argv[2] === 'approve' && request.comment === 'fine' ? { type: 'recorded' } : { type: 'no' }));
    }`);
    const request = { v: 1, project: folder, subject: { run: sampleRun }, by: 'ana', comment: 'fine' } as const;
    expect(await recordApproval(join(folder, 'runner.js'), request)).toEqual({ type: 'recorded' });
  });
});
