import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../core/index.ts';
import {
  migration,
  planDocument,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const run = (...words: string[]) => srdeploy(words, { cwd: project.folder });
const json = <T>(...words: string[]) => srdeployJson<T>(words, { cwd: project.folder });
const inStore = (...path: string[]) => join(project.folder, '.srdeploy', ...path);
const folders = async () => (await readdir(inStore('runs'))).sort();
const audited = async () =>
  (await readFile(inStore('audit.jsonl'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(({ action }) => action === 'history.pruned');

const plan = planDocument({ steps: [migration('s1', 'm/V1__a.sql')] });
const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);' };
const history = ['migration', 'history', '--target', 'staging'];

/** Makes the only run that is younger than a year one that ended in January 2020; gives its new id. */
async function age(): Promise<string> {
  const id = (await folders()).find((name) => !name.startsWith('2020')) ?? '';
  const old = `20200101-120000-${id.slice(-6)}`;
  const journal = inStore('runs', id, 'events.jsonl');
  const text = (await readFile(journal, 'utf8'))
    .replaceAll(id, old)
    .replace(/"at":"[^"]*"/g, '"at":"2020-01-01T12:00:00.000Z"');
  await writeFile(journal, text);
  await rename(inStore('runs', id), inStore('runs', old));
  await writeFile(inStore('history.sqlite'), '');
  return old;
}

describe('history prune', () => {
  it('shows what would go, removes it on demand, and keeps what was applied and the audit log', async () => {
    project = await testProject(plan, files);
    expect((await run('run', project.plan)).code).toBe(0);
    const old = await age();
    expect((await run('run', project.plan)).code).toBe(0);
    const [, young = ''] = await folders();
    const before = await json<{ entries: unknown[] }>(...history);
    const dry = await json('history', 'prune', '--dry-run');
    expect(dry).toMatchObject({ code: 0, json: { v: 1, days: 30, pruned: [old], kept: [], dryRun: true } });
    expect(await folders()).toEqual([old, young]);
    expect(await audited()).toEqual([]);
    const pruned = await run('history', 'prune');
    expect(pruned).toMatchObject({ code: 0, stdout: `${old}\nRemoved: 1 run older than 30 days.\n` });
    expect(await folders()).toEqual([young]);
    expect((await json(...history)).json).toEqual(before.json);
    expect(await audited()).toMatchObject([{ details: { days: 30, asked: 'by_hand', count: 1, runs: [old] } }]);
    expect((await run('audit', 'verify')).code).toBe(0);
    expect(await json('history', 'prune', '--days', '1')).toMatchObject({ json: { pruned: [], days: 1 } });
  });

  it('keeps the last success and says why; the days come from the config', async () => {
    project = await testProject(plan, files, { ...sqliteConfig, retention: { days: 3_650 } });
    expect((await run('run', project.plan)).code).toBe(0);
    const old = await age();
    expect(await json('history', 'prune')).toMatchObject({ json: { days: 3_650, pruned: [], kept: [] } });
    expect(await json('history', 'prune', '--days', '30')).toMatchObject({
      json: { pruned: [], kept: [{ run: old, because: 'last_success' }] },
    });
    expect((await run('history', 'prune', '--days', '30')).stdout).toContain('the last success on its target');
    expect((await run('history', 'prune', '--days', '0')).code).toBe(7);
    await project.write('deploy-config.json', '{ "retention": { "days": "many" } }');
    expect((await run('history', 'prune')).code).toBe(7);
  });

  it('never removes a run that goes on, however old it says it is', async () => {
    project = await testProject(
      planDocument({ steps: [{ id: 'wait', name: 'Wait', type: 'pause', message: 'now?' }] }),
      {},
    );
    const going = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await going.printed('srdeploy continue');
    const [id = ''] = await folders();
    const journal = inStore('runs', id, 'events.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace(/"at":"[^"]*"/g, '"at":"2020-01-01T12:00:00.000Z"'));
    expect(await json('history', 'prune')).toMatchObject({
      json: { pruned: [], kept: [{ run: id, because: 'running' }] },
    });
    expect((await run('continue', 'latest')).code).toBe(0);
    expect((await going.ended).code).toBe(0);
  });

  it('happens by itself at the start of a run, once a day', async () => {
    project = await testProject(plan, files);
    expect((await run('run', project.plan)).code).toBe(0);
    const old = await age();
    expect((await run('run', project.plan)).code).toBe(0);
    expect(await folders(), 'looked at today already').toContain(old);
    await writeFile(inStore('state', 'pruned-at'), '2026-01-01T00:00:00.000Z\n');
    const third = await run('run', project.plan);
    expect([third.code, third.stderr]).toEqual([0, '']);
    expect(await folders()).not.toContain(old);
    expect(await audited()).toMatchObject([{ details: { asked: 'daily', runs: [old] } }]);
    expect((await json<{ entries: unknown[] }>(...history)).json.entries).toHaveLength(1);
  });
});

describe('history export', () => {
  const export_ = (...words: string[]) => run('history', 'export', ...words);
  const parsed = (text: string) =>
    text
      .split('\r\n')
      .slice(0, -1)
      .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map(([, cell]) => cell));

  it('writes one document of runs, operations and migrations', async () => {
    project = await testProject(plan, files);
    expect((await run('run', project.plan)).code).toBe(0);
    const { code, stdout } = await export_('--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      exportedAt: expect.any(String),
      runs: [{ target: 'staging', plan: project.plan, outcome: 'succeeded', attempts: 1, purpose: 'deploy' }],
      operations: [
        { operation: 'check_connection', status: 'succeeded', position: 1 },
        { operation: 's1', status: 'succeeded', position: 2 },
      ],
      migrations: [{ file: 'm/V1__a.sql', status: 'success', target: 'staging' }],
    });
    const only = JSON.parse((await export_('--format', 'json', '--kind', 'runs')).stdout);
    expect(Object.keys(only)).toEqual(['v', 'exportedAt', 'runs']);
    for (const nothing of [
      ['--target', 'live'],
      ['--to', '2026-01-01'],
      ['--from', '2999-01-01'],
    ]) {
      const empty = JSON.parse((await export_('--format', 'json', ...nothing)).stdout);
      expect(empty).toMatchObject({ runs: [], operations: [], migrations: [] });
    }
    const today = new Date().toISOString().slice(0, 10);
    const day = JSON.parse((await export_('--format', 'json', '--from', today, '--to', '2998-12-31')).stdout);
    expect(day.migrations).toHaveLength(1);
  });

  it('writes CSV that no spreadsheet takes for formulas', async () => {
    project = await testProject(
      planDocument({ name: '=HYPERLINK("http://x","y"), and more', steps: [migration('s1', 'm/V1__a.sql')] }),
      files,
    );
    expect((await run('run', project.plan)).code).toBe(0);
    const { stdout } = await export_('--format', 'csv', '--kind', 'runs');
    const [columns = [], row = []] = parsed(stdout);
    expect(columns.slice(0, 4)).toEqual(['run', 'project', 'target', 'plan']);
    expect(row[4]).toBe(`"'=HYPERLINK(""http://x"",""y""), and more"`);
    expect(parsed((await export_('--format', 'csv', '--kind', 'operations')).stdout)).toHaveLength(3);
    expect(parsed((await export_('--format', 'csv', '--kind', 'migrations')).stdout)).toHaveLength(2);
    expect((await export_('--format', 'csv')).code).toBe(7);
  });

  it('replaces a file only by force, and leaves none behind where it fails', async () => {
    project = await testProject(plan, files);
    const out = ['--format', 'json', '--out', 'history.json'];
    expect((await export_(...out)).stdout).toBe('Written: history.json\n');
    expect(JSON.parse(await project.read('history.json'))).toMatchObject({ runs: [] });
    expect((await stat(join(project.folder, 'history.json'))).mode & 0o777).toBe(0o600);
    await project.write('history.json', 'mine');
    expect(await json('history', 'export', ...out)).toMatchObject({
      code: 7,
      json: { error: { code: 'FILE_EXISTS' } },
    });
    expect(await project.read('history.json')).toBe('mine');
    expect(await json('history', 'export', ...out, '--force')).toMatchObject({
      code: 0,
      json: { file: 'history.json', format: 'json', kinds: ['runs', 'operations', 'migrations'] },
    });
    expect(JSON.parse(await project.read('history.json'))).toMatchObject({ v: 1 });
    expect((await export_('--format', 'json', '--out', 'no/such/folder.json')).code).toBe(10);
    expect((await readdir(project.folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it.each([
    ['--from', 'yesterday'],
    ['--to', '2026-13-01'],
    ['--format', 'xml'],
  ])('refuses %s %s', async (...words) => {
    project = await testProject(plan, {});
    const given = words[0] === '--format' ? words : ['--format', 'json', ...words];
    expect((await export_(...given)).code).toBe(7);
  });
});
