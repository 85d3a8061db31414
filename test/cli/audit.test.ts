import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../core/index.ts';
import { type MigrationProject, migrationProject } from '../support/migration-project.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  sqliteConfig,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const logFile = () => join(project.folder, '.srdeploy/audit.jsonl');
const entries = async (): Promise<AuditEntry[]> =>
  (await readFile(logFile(), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const actions = async () => (await entries()).map(({ action }) => action);
const run = (...words: string[]) => srdeploy(words, { cwd: project.folder });
const json = <T>(...words: string[]) => srdeployJson<T>(words, { cwd: project.folder });
const isWhole = async () =>
  expect(await json('audit', 'verify')).toMatchObject({ code: 0, json: { v: 1, audit: { whole: true } } });

const files = { 'm/V1__a.sql': 'CREATE TABLE a (x integer);', 'm/V2__b.sql': 'CREATE TABLE b (x integr' };
const twoSteps = planDocument({ steps: [migration('s1', 'm/V1__a.sql'), migration('s2', 'm/V2__b.sql')] });

describe('who did what', () => {
  it('has the beginning and the end of a run, its approval, and how it was resumed', async () => {
    project = await testProject({ ...twoSteps, approval_required: true }, files);
    expect((await run('approve', project.plan, '--comment', 'read it')).code).toBe(0);
    expect((await run('run', project.plan)).code).toBe(8);
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer)');
    expect((await run('resume', 'latest', '--yes')).code).toBe(6);
    expect((await run('resume', 'latest', '--yes', '--approve', 'mended')).code).toBe(0);
    expect(await entries()).toMatchObject([
      { action: 'plan.approved', reason: 'read it', target: 'staging' },
      { action: 'run.started', details: { attempt: 1, plan: project.plan } },
      { action: 'run.finished', details: { outcome: 'failed', code: 'SQL_ERROR' } },
      { action: 'plan.approved', reason: 'mended' },
      { action: 'run.resumed', details: { attempt: 2 } },
      { action: 'amendment.confirmed', details: { scripts: ['m/V2__b.sql'] } },
      { action: 'plan.amended', details: { scripts: ['m/V2__b.sql'] } },
      { action: 'run.finished', details: { outcome: 'succeeded' } },
    ]);
    await isWhole();
    const listed = await json<{ entries: AuditEntry[] }>('audit', 'list', '--limit', '2', '--target', 'staging');
    expect(listed.json.entries.map(({ action }) => action)).toEqual(['plan.amended', 'run.finished']);
    expect((await run('audit', 'list', '--target', 'live')).stdout).toBe('Nothing is recorded.\n');
    expect((await run('audit', 'list')).stdout).toContain('run.started');
  });

  it('has what was typed on production, and which dangers were confirmed', async () => {
    const dangerous = {
      'm/V1__a.sql': 'CREATE TABLE a (x integer);',
      'm/V2__b.sql': 'DROP TABLE IF EXISTS old_orders;',
    };
    project = await testProject(twoSteps, dangerous, {
      ...sqliteConfig,
      targets: { staging: { kind: 'production', connection_ref: 'db' } },
    });
    const refused = await run('run', project.plan, '--confirm', 'staging');
    expect(refused.code).toBe(6);
    expect((await run('run', project.plan, '--confirm', 'staging', '--confirm', 's2')).code).toBe(0);
    expect(await entries()).toMatchObject([
      { action: 'run.started' },
      { action: 'target.confirmed', details: { typed: 'staging' } },
      { action: 'danger.confirmed', operation: 's2', details: { file: 'm/V2__b.sql', typed: 's2' } },
      { action: 'run.finished' },
    ]);
  });

  it('has a step that was left out with its reason, and a history that was changed by hand', async () => {
    project = await testProject(twoSteps, files);
    expect((await run('run', project.plan)).code).toBe(8);
    expect((await run('resume', 'latest', '--skip', 's2', '--reason', 'not needed')).code).toBe(0);
    expect(await entries()).toContainEqual(
      expect.objectContaining({ action: 'step.skipped', operation: 's2', reason: 'not needed' }),
    );
    await project.remove();
    const folder: MigrationProject = await migrationProject({ 'V1__a.sql': 'CREATE TABLE a (x integer);' });
    project = folder;
    const marked = ['migration', 'mark-applied', 'm', '--target', 'dev', '--to', '1', '--reason', 'by hand', '--yes'];
    expect((await folder.run(...marked)).stderr).toBe('');
    expect((await entries()).slice(0, 3)).toMatchObject([
      { action: 'run.started', details: { purpose: 'history' } },
      { action: 'history.marked-applied', reason: 'by hand', details: { files: ['m/V1__a.sql'], count: 1 } },
      { action: 'history.confirmed' },
    ]);
    await isWhole();
  });

  it('has a lock that was forced open, a lease that was taken over, and a cancel', async () => {
    project = await testProject(
      planDocument({ steps: [{ id: 'wait', name: 'Wait', type: 'pause', message: 'now?' }] }),
      {},
    );
    const killed = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await killed.printed('srdeploy continue');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const going = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await going.printed('srdeploy continue');
    expect(await entries()).toContainEqual(
      expect.objectContaining({
        action: 'lock.taken-over',
        details: expect.objectContaining({ lock: expect.any(String) }),
      }),
    );
    const { json: status } = await json<{ lock: { id: string } }>('lock', 'status', 'staging');
    expect((await run('lock', 'force-unlock', 'staging', '--lock', 'other', '--confirm', 'other')).code).toBe(7);
    const force = ['lock', 'force-unlock', 'staging', '--lock', status.lock.id, '--confirm', status.lock.id];
    expect((await run(...force)).code).toBe(0);
    expect((await going.ended).code).toBe(10);
    expect((await actions()).slice(-3)).toEqual(['lock.taken-over', 'lock.forced', 'lock.lost']);
    const again = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await again.printed('srdeploy continue');
    expect((await run('cancel', 'latest')).code).toBe(0);
    expect((await again.ended).code).toBe(9);
    expect((await actions()).slice(-3)).toEqual(['run.started', 'run.cancelled', 'run.finished']);
    await isWhole();
  });
});

describe('where it cannot be recorded', () => {
  const nothingRan = async () => {
    expect(await readdir(join(project.folder, '.srdeploy/runs'))).toEqual([]);
    expect(await readdir(project.folder)).not.toContain('data.db');
  };

  it.each<[string, (file: string) => Promise<unknown>, string]>([
    ['the disk is full', (file) => symlink('/dev/full', file), 'ENOSPC'],
    ['there is a folder in its place', (file) => mkdir(file), 'EISDIR'],
    ['its last line is garbage', (file) => writeFile(file, 'garbage\n'), 'audit verify'],
  ])('starts nothing when %s: exit 10', async (_why, prepare, says) => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), files);
    await mkdir(join(project.folder, '.srdeploy'));
    await prepare(logFile());
    const refused = { code: 10, json: { error: { code: 'AUDIT_UNWRITABLE', message: expect.stringContaining(says) } } };
    expect(await json('run', project.plan)).toMatchObject(refused);
    expect(await json('run', project.plan, '--detach')).toMatchObject(refused);
    expect(await json('approve', project.plan)).toMatchObject(refused);
    await nothingRan();
    expect(await readdir(join(project.folder, '.srdeploy'))).not.toContain('approvals');
  });

  it('resumes nothing and forces no lock, and does both once a new log is begun', async () => {
    project = await testProject(twoSteps, files);
    expect((await run('run', project.plan)).code).toBe(8);
    const journal = join(project.folder, '.srdeploy/runs');
    const [id = ''] = await readdir(journal);
    const before = await readFile(join(journal, id, 'events.jsonl'), 'utf8');
    const text = await readFile(logFile(), 'utf8');
    await writeFile(logFile(), `${text.split('\n')[0]}\n`);
    await project.write('m/V2__b.sql', 'CREATE TABLE b (x integer)');
    expect(await json('resume', 'latest', '--yes')).toMatchObject({
      code: 10,
      json: { error: { code: 'AUDIT_UNWRITABLE' } },
    });
    expect(await readFile(join(journal, id, 'events.jsonl'), 'utf8')).toBe(before);
    expect(await json('audit', 'verify')).toMatchObject({
      code: 10,
      json: { audit: { whole: false, line: 2, why: 'cut-off', entries: 1 }, error: { code: 'AUDIT_BROKEN' } },
    });
    expect((await run('audit', 'renew')).code).toBe(7);
    expect((await run('audit', 'renew', '--reason', 'restored from a copy')).code).toBe(0);
    expect(await entries()).toMatchObject([
      {
        action: 'audit.renewed',
        reason: 'restored from a copy',
        details: { why: 'cut-off', line: 2, aside: expect.stringMatching(/^audit-.*\.jsonl$/) },
      },
    ]);
    expect((await run('audit', 'renew', '--reason', 'again')).code).toBe(7);
    expect((await run('resume', 'latest', '--yes')).code).toBe(0);
    await isWhole();
  });

  it('tells that the end of a run is not recorded, and does not make a failure of it', async () => {
    project = await testProject(
      planDocument({
        steps: [{ id: 'wait', name: 'Wait', type: 'pause', message: 'now?' }, migration('s1', 'm/V1__a.sql')],
      }),
      files,
    );
    const going = startSrdeploy(['run', project.plan], { cwd: project.folder });
    await going.printed('srdeploy continue');
    await rename(logFile(), `${logFile()}.away`);
    await mkdir(logFile());
    expect((await run('continue', 'latest')).code).toBe(0);
    const ended = await going.ended;
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('warning AUDIT_INCOMPLETE');
    await rm(logFile(), { recursive: true });
    await rename(`${logFile()}.away`, logFile());
    await isWhole();
    const { json: shown } = await json<RunAnswer>('runs', 'show', 'latest');
    expect(shown.run.status).toBe('succeeded');
    await chmod(logFile(), 0o600);
  });
});

describe('audit verify', () => {
  it('says that nothing is recorded where nothing was done, and makes nothing', async () => {
    project = await testProject(planDocument(), {});
    expect(await json('audit', 'verify')).toMatchObject({
      code: 0,
      json: { audit: { whole: true, entries: 0, last: null } },
    });
    expect((await run('audit', 'verify')).stdout).toBe('Nothing is recorded yet.\n');
    expect(await readdir(project.folder)).not.toContain('.srdeploy');
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    ['changed', (lines) => lines.with(1, (lines[1] ?? '').replace('succeeded', 'cancelled')), 'Line 2 was changed'],
    ['removed', (lines) => lines.toSpliced(1, 1), 'Lines were removed before line 2'],
    ['inserted', (lines) => lines.toSpliced(1, 0, lines[0] ?? ''), 'Line 2 was inserted'],
    ['reordered', (lines) => [lines[0] ?? '', lines[2] ?? '', lines[1] ?? '', ...lines.slice(3)], 'another place'],
    ['cut-off', (lines) => lines.slice(0, 2), 'The end was cut off'],
  ])('names the first broken place: %s', async (why, tamper, says) => {
    project = await testProject(planDocument({ steps: [migration('s1', 'm/V1__a.sql')] }), files);
    for (const _ of [1, 2]) expect((await run('run', project.plan)).code).toBe(0);
    const lines = (await readFile(logFile(), 'utf8')).split('\n').slice(0, -1);
    expect(lines).toHaveLength(4);
    await writeFile(
      logFile(),
      tamper(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const { code, json: answer } = await json('audit', 'verify');
    expect({ code, answer }).toMatchObject({
      code: 10,
      answer: { audit: { whole: false, why }, error: { message: expect.stringContaining(says) } },
    });
    const text = await run('audit', 'verify');
    expect([text.code, text.stdout]).toEqual([10, '']);
    expect(text.stderr).toContain(says);
  });
});
