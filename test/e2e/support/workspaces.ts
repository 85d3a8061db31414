import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { planDocument, planUuid } from '../../support/srdeploy.ts';
import { clean } from './deployments.ts';

const target = (id: string, connection: string): object => ({
  target_env: { id, name: id, backend: 'sqlite', connection_ref: connection },
});
const uuid = (number: number): string => `${planUuid.slice(0, -2)}${10 + number}`;
const step = (id: string, script: string): object => ({ id, name: `Apply ${id}`, type: 'migration', script });
const pause = { id: 'look', name: 'Look first', type: 'pause', message: 'Look before it goes on.' };

/** Ends only when somebody ends it. */
const endlessScript = `CREATE TABLE never_there (n integer);
INSERT INTO never_there
WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter)
SELECT count(*) FROM counter;
`;

const files: Readonly<Record<string, string | object>> = {
  'deploy-config.json': {
    project: 'shop',
    connections: {
      shop_staging: { backend: 'sqlite', file: 'data/staging.db' },
      shop_live: { backend: 'sqlite', file: 'data/live.db' },
      shop_warehouse: {
        backend: 'postgresql',
        host: '127.0.0.1',
        // A port that nothing listens on.
        port: 1,
        database: 'shop',
        username: 'shop',
        // Named, not kept here: the editor asks for it.
        password: '$' + '{secret:WAREHOUSE_PASSWORD}',
        ssl_mode: 'disable',
      },
    },
    targets: { live: { name: 'Live', kind: 'production', connection_ref: 'shop_live', type: 'database' } },
  },
  'deployments/endless.srdeploy': planDocument({
    ...target('staging', 'shop_staging'),
    name: 'Endless work',
    plan_id: uuid(1),
    steps: [step('endless', 'migrations/V0100__endless.sql')],
  }),
  'deployments/paused.srdeploy': planDocument({
    ...target('review', 'shop_staging'),
    name: 'A paused plan',
    plan_id: uuid(2),
    steps: [pause],
  }),
  'deployments/live.srdeploy': planDocument({
    ...target('live', 'shop_live'),
    name: 'Live release',
    plan_id: uuid(3),
    steps: [step('customers', 'migrations/V0001__create_customers.sql')],
  }),
  'deployments/approved.srdeploy': planDocument({
    ...target('approved', 'shop_staging'),
    name: 'An approved plan',
    plan_id: uuid(4),
    approval_required: true,
    steps: [step('customers', 'migrations/V0001__create_customers.sql')],
  }),
  'deployments/warehouse.srdeploy': planDocument({
    target_env: { id: 'warehouse', name: 'Warehouse', backend: 'postgresql', connection_ref: 'shop_warehouse' },
    name: 'The warehouse',
    plan_id: uuid(5),
    steps: [step('customers', 'migrations/V0001__create_customers.sql')],
  }),
  'deployments/broken.srdeploy': '{\n  "version": "1.0",\n  "plan_id": \n',
  'migrations/V0100__endless.sql': endlessScript,
};

/** For `prepare` of a window on the example: adds plans for every gate, and one that cannot be read. */
export async function addPlans(page: Page, workspace: string): Promise<void> {
  await clean(page, workspace);
  for (const [path, content] of Object.entries(files)) {
    const file = join(workspace, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
  }
}
