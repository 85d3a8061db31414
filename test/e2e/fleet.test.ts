import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { srdeploy, srdeployJson } from '../support/srdeploy.ts';
import { useWindow } from '../support/use-window.ts';
import { repository } from '../support/vscode-runtime.ts';
import { openView, toggleRow, treeRow } from '../support/vscode-workbench.ts';
import { clean } from './support/deployments.ts';

/** Where somebody looks at the pictures. */
const pictures = process.env.SRDEPLOY_PICTURES;
const ids = ['tenant-a', 'tenant-b', 'tenant-c'];

describe('a fleet in the editor', () => {
  const { current } = useWindow({
    workspace: join(repository, 'examples/shop'),
    extension: repository,
    prepare: async (page, workspace) => {
      await clean(page, workspace);
      const config = {
        project: 'tenants',
        connections: Object.fromEntries(ids.map((id) => [id, { backend: 'sqlite', file: `data/${id}.db` }])),
        targets: Object.fromEntries(ids.map((id) => [id, { connection_ref: id }])),
      };
      await writeFile(join(workspace, 'deploy-config.json'), JSON.stringify(config));
      await mkdir(join(workspace, 'tenants'), { recursive: true });
      await writeFile(join(workspace, 'tenants/V1__a.sql'), 'CREATE TABLE a (x integer);');
      const first = await srdeploy(['migration', 'apply', 'tenants', '--target', 'tenant-b'], { cwd: workspace });
      expect(first.code, first.stderr).toBe(0);
      await rm(join(workspace, 'tenants/V1__a.sql'));
      await writeFile(join(workspace, 'tenants/V2__a.sql'), 'CREATE TABLE a (x integer, y integer);');
      const words = ['migration', 'apply', 'tenants', '--targets', 'tenant-*', '--max-failures', '0'];
      const ran = await srdeployJson<{ fleet: { status: string } }>(words, { cwd: workspace });
      expect(ran.code, JSON.stringify(ran.json)).toBe(8);
    },
  });

  it('is one row that counts its runs, which stand below it', async () => {
    const { page } = current();
    await openView(page, 'Deployments');
    const fleet = treeRow(page, /^Fleet of 3: 1 failed, 2 succeeded, .*Migrations in tenants/);
    await fleet.waitFor();
    await toggleRow(fleet);
    await treeRow(page, /^tenant-a: succeeded/).waitFor();
    await treeRow(page, /^tenant-b: failed/).waitFor();
    await treeRow(page, /^tenant-c: succeeded/).waitFor();
    if (pictures) await page.screenshot({ path: join(pictures, 'fleet-tree.png') });
  });
});
