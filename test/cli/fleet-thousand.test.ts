import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetView } from '../../core/index.ts';
import { srdeployJson, startSrdeploy, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject | undefined;
afterEach(() => project?.remove());

const idOf = (n: number) => `tenant-${String(n).padStart(4, '0')}`;

async function tenantProject(count: number): Promise<TestProject> {
  const ids = [...Array(count).keys()].map((n) => idOf(n + 1));
  const made = await testProject(
    {},
    Object.fromEntries([1, 2, 3].map((n) => [`m/V${n}__t.sql`, `CREATE TABLE t${n} (x integer);`])),
    {
      project: 'test',
      connections: Object.fromEntries(ids.map((id) => [id, { backend: 'sqlite', file: `data/${id}.db` }])),
      targets: Object.fromEntries(ids.map((id) => [id, { connection_ref: id }])),
    },
  );
  await rm(join(made.folder, made.plan));
  return made;
}

/** Runs a fleet; the most memory that its process had, in MB, and the most children that it had at once. */
async function measured(
  folder: string,
  targets: string,
): Promise<{ code: number | null; mb: number; children: number }> {
  const started = startSrdeploy(['run', 'm', '--targets', targets, '--parallel', '4', '--json'], { cwd: folder });
  const { pid } = started.child;
  let [kb, children] = [0, 0];
  const look = setInterval(() => {
    try {
      kb = Math.max(kb, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0));
      const now = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
      children = Math.max(children, now.length);
    } catch {
      // It has ended.
    }
  }, 10);
  const { code } = await started.ended;
  clearInterval(look);
  return { code, mb: kb / 1024, children };
}

// The memory of another process is read from /proc, which only Linux has.
describe.runIf(process.platform === 'linux')('a fleet of a thousand SQLite targets', () => {
  it('needs the memory of one run and less than a megabyte a target, and never more children than it may run at once', async () => {
    project = await tenantProject(1_000);
    const one = await measured(project.folder, idOf(1));
    expect(one.code).toBe(0);
    const all = await measured(project.folder, 'tenant-*');
    expect(all.code).toBe(0);
    expect(all.mb - one.mb).toBeLessThan(1_000);
    expect(all.children).toBeLessThanOrEqual(4);
    const { json } = await srdeployJson<{ fleet: FleetView }>(['fleet', 'show', 'latest'], { cwd: project.folder });
    expect(json.fleet).toMatchObject({ status: 'succeeded', counts: { total: 1_000, succeeded: 1_000 } });
    expect(new Set(json.fleet.targets.map(({ run }) => run)).size).toBe(1_000);
  }, 600_000);
});
