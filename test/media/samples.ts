import type { OperationStatus, Plan, RunStatus, RunView } from '../../core/index.ts';
import { digest, operationId, runId, targetId } from '../../core/model/ids.ts';
import type { OperationView, PlanView, RunPanelState, ToRunPanel } from '../../protocol/index.ts';

export const state: RunPanelState = { project: '/projects/shop', run: '20260205-120000-k3f9qz' };

const at = '2026-02-05T12:00:00.000Z';

/** An operation as the panel sees it; migrations unless told. */
export const operation = (id: string, status: OperationStatus, more: Partial<OperationView> = {}): OperationView => ({
  id: operationId(id),
  type: 'migration',
  name: `Apply ${id}`,
  phase: 'step',
  status,
  attempts: status === 'pending' ? 0 : 1,
  ...more,
});

/** A run of the shop's plan. */
export const run = (status: RunStatus, operations: readonly OperationView[], more: Partial<RunView> = {}): RunView => ({
  id: runId(state.run),
  status,
  attempt: 1,
  target: targetId('staging'),
  plan: { file: 'deployments/release.srdeploy', name: 'Shop release 42', digest: digest('ab'.repeat(32)) },
  by: 'ana',
  createdAt: at,
  cancelRequested: false,
  attempts: [{ attempt: 1, startedAt: at, by: 'ana', end: { type: 'open' }, planDigest: digest('ab'.repeat(32)) }],
  operations,
  ...more,
});

export const told = (view: RunView, production = false): ToRunPanel => ({
  type: 'run',
  run: view,
  production,
  state,
  now: Date.parse(at) + 42_000,
});

/** The shop's release half-way: two checks, a backup, two migrations done, one failed, two to come. */
export const failedRun = (): RunView =>
  run(
    'failed',
    [
      operation('check_connection', 'succeeded', {
        type: 'connection',
        name: 'Target answers',
        phase: 'pre_check',
        durationMs: 120,
      }),
      operation('check_disk', 'succeeded', {
        type: 'disk_space',
        name: 'Enough disk space',
        phase: 'pre_check',
        durationMs: 8,
      }),
      operation('backup', 'succeeded', {
        type: 'backup',
        name: 'Back up the database',
        durationMs: 2_310,
        detail: 'backups/shop.db, 48 kB',
      }),
      operation('V0001', 'succeeded', { name: 'Create the catalogue', durationMs: 312, detail: '4 statements' }),
      operation('V0002', 'succeeded', { name: 'Create the orders', durationMs: 12_480, attempts: 2 }),
      operation('V0003', 'failed', {
        name: 'Add the index on orders',
        durationMs: 3_050,
        error: {
          code: 'SQL_ERROR',
          message: 'no such column: order_date. Mend the script, then resume: the steps before it are not run again.',
          file: 'migrations/V0003__order_index.sql',
          line: 14,
          column: 3,
          sqlstate: '42703',
          statement: 'CREATE INDEX idx_orders_date\n  ON orders (order_date);',
        },
      }),
      operation('verify', 'pending', { type: 'sql_check', name: 'Verify the index' }),
      operation('pause', 'pending', { type: 'pause', name: 'Look at the shop' }),
      operation('check_migrations', 'pending', {
        type: 'migration_history',
        name: 'Every migration is recorded',
        phase: 'post_check',
      }),
    ],
    { resumeFrom: operationId('V0003'), attempt: 2, finishedAt: '2026-02-05T12:00:19.000Z' },
  );

/** The plan behind it, as `serve` answers. */
export function planView(production = false): PlanView {
  const script = (path: string) => ({
    path,
    checksum: digest('cd'.repeat(32)),
    tokenChecksum: digest('ef'.repeat(32)),
  });
  const base = { dependsOn: [], timeoutSec: undefined, retry: undefined };
  const plan: Plan = {
    v: 1,
    digest: digest('3fa4c1d2'.repeat(8)),
    base: { createdAt: at, lockEpoch: 0 },
    source: {
      kind: 'plan_document',
      file: 'deployments/release.srdeploy',
      planId: 'a',
      name: 'Shop release 42',
      createdBy: 'ana',
    },
    project: 'shop',
    target: {
      id: targetId(production ? 'live' : 'staging'),
      name: 'Staging',
      kind: production ? 'production' : 'staging',
      type: undefined,
      provider: undefined,
      host: undefined,
      region: undefined,
      connectionRef: 'conn_staging',
    },
    connection: { ref: 'conn_staging', backend: 'sqlite', file: 'data/staging.db' },
    scope: [],
    approval: { required: false, minApprovals: 1, selfApproval: true },
    operations: [
      { ...base, id: operationId('check_connection'), name: 'Target answers', phase: 'pre_check', type: 'connection' },
      {
        ...base,
        id: operationId('check_disk'),
        name: 'Enough disk space',
        phase: 'pre_check',
        type: 'disk_space',
        minGb: 5,
      },
      {
        ...base,
        id: operationId('backup'),
        name: 'Back up the database',
        phase: 'step',
        type: 'backup',
        destination: 'backups/{run_id}.db',
      },
      {
        ...base,
        id: operationId('V0002'),
        name: 'Create the orders',
        phase: 'step',
        type: 'migration',
        script: script('migrations/V0002__add_orders.sql'),
        rollback: script('migrations/R0002__rollback.sql'),
        timeoutSec: 600,
        retry: { max: 1, backoffSec: 10 },
      },
      {
        ...base,
        id: operationId('V0003'),
        name: 'Add the index on orders',
        phase: 'step',
        type: 'migration',
        script: script('migrations/V0003__order_index.sql'),
        rollback: undefined,
      },
      {
        ...base,
        id: operationId('verify'),
        name: 'Verify the index',
        phase: 'step',
        type: 'sql_check',
        sql: "SELECT 1 FROM sqlite_master WHERE name = 'idx_orders_user'",
        expect: 'non_empty',
      },
      {
        ...base,
        id: operationId('pause'),
        name: 'Look at the shop',
        phase: 'step',
        type: 'pause',
        message: 'Open the staging shop and place one order.',
      },
      {
        ...base,
        id: operationId('check_migrations'),
        name: 'Every migration is recorded',
        phase: 'post_check',
        type: 'migration_history',
      },
    ],
  };
  return {
    plan,
    summary: '2 migrations, 1 pending, 1 applied',
    production,
    operations: [
      { operation: operationId('V0002'), state: 'applied', note: 'applied on 5 February' },
      { operation: operationId('V0003'), state: 'pending' },
    ],
    findings: [],
    dangers: [],
    needs: [],
    reached: { type: 'yes', serverVersion: 'SQLite 3.50.4' },
  };
}

/** The way back of its run: one script, and one step that stays. */
export function wayBackView(): PlanView {
  const view = planView();
  const of = runId(state.run);
  const [orders] = view.plan.operations.flatMap((one) => (one.type === 'migration' ? [one] : []));
  if (!orders) throw new Error('The sample has no migration.');
  const index = operationId('V0003');
  const approved = { at, comment: 'fine', planDigest: view.plan.digest };
  return {
    ...view,
    plan: {
      ...view.plan,
      source: { ...view.plan.source, name: 'Roll back: Shop release 42' },
      purpose: { type: 'roll_back', of },
      operations: [
        { ...orders, action: 'roll_back' },
        {
          id: index,
          name: 'Add the index on orders',
          phase: 'step',
          dependsOn: [],
          timeoutSec: undefined,
          retry: undefined,
          type: 'irreversible',
          why: 'none',
          file: 'migrations/V0003__order_index.sql',
        },
      ],
    },
    summary: '1 rollback, 1 irreversible step',
    operations: [
      { operation: orders.id, state: 'applied' },
      { operation: index, note: 'stays as it is: no way back' },
    ],
    needs: [
      {
        type: 'confirm-skip-irreversible',
        operations: [{ operation: index, name: 'Add the index on orders', message: 'no way back' }],
      },
      { type: 'confirm-rollback', of, target: view.plan.target.id, files: ['migrations/V0002__add_orders.sql'] },
    ],
    approvals: {
      required: true,
      needed: 2,
      have: 1,
      selfApproval: false,
      earlier: 1,
      given: [
        { ...approved, by: 'kim@desk', counts: false, why: 'it is for an earlier version of this plan' },
        { ...approved, by: 'lou@desk', counts: true },
      ],
    },
  };
}
