import AxeSource from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operationId, targetId } from '../../core/model/ids.ts';
import type { FromPlanPanel, PlanPanelState, PlanView, ToPlanPanel } from '../../protocol/index.ts';
import { axeViolations } from './axe.ts';
import { type OpenPanel, openBrowser, openPanel } from './panel-page.ts';
import { planView, wayBackView } from './samples.ts';
import type { ThemeName } from './themes.ts';

let browser: Browser;
let panel: OpenPanel<ToPlanPanel, FromPlanPanel>;
const state: PlanPanelState = { project: '/projects/shop', file: 'deployments/release.srdeploy', target: undefined };
const planned = (view: PlanView, blocked?: string): ToPlanPanel => ({ type: 'plan', view, state, blocked });
const open = async (theme: ThemeName = 'dark', width = 900) => {
  panel = await openPanel(browser, 'plan', theme, width);
};
const runButton = () => panel.page.getByRole('button', { name: 'Run', exact: true });
const wrong: PlanView['findings'][number] = {
  code: 'P001',
  severity: 'error',
  message: 'The script migrations/V0003.sql does not exist.',
  file: 'deployments/release.srdeploy',
  range: { start: { line: 24, column: 17 }, end: { line: 24, column: 40 } },
};
const danger: PlanView['dangers'][number] = {
  operation: operationId('V0003'),
  code: 'M020',
  rule: 'index-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  message: 'Nobody can write to orders while its index is built.',
  saferForm: 'CREATE INDEX CONCURRENTLY … in a file of its own.',
  file: 'migrations/V0003__order_index.sql',
  range: { start: { line: 3, column: 1 }, end: { line: 3, column: 40 } },
  needsConfirmation: true,
};

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(() => panel.page.close());
afterAll(() => browser.close());

describe('the plan preview', () => {
  it('offers nothing to run in a dry run, and says that nothing was; of some groups it names them', async () => {
    await open();
    const view = planView();
    const some = { ...view, plan: { ...view.plan, scope: ['site', 'functions'] } };
    await panel.tell({ type: 'plan', view: some, state: { ...state, dryRun: true }, blocked: undefined });
    await panel.page.getByText('Nothing was run, and nothing has been changed.').waitFor();
    await panel.page.getByText('Only site, functions').waitFor();
    expect(await panel.page.locator('.actions vscode-button').allTextContents()).toEqual(['Refresh']);
    expect(panel.complaints).toEqual([]);
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });

  it('shows the way back of a run: scripts, gaps, approvals, and the button that runs it', async () => {
    await open();
    await panel.tell(planned(wayBackView()));
    const steps = await panel.page.locator('.step').allTextContents();
    expect(steps[0]).toMatch(
      /migrations\/R0002__rollback.sql[\s\S]*takes back[\s\S]*migrations\/V0002__add_orders.sql/,
    );
    expect(steps[1]).toMatch(/Irreversible step[\s\S]*stays as it is: no way back/);
    const text = (await panel.page.locator('main').textContent()) ?? '';
    expect(text).toContain('One step has no way back and stays as it is: “Add the index on orders”');
    expect(text).toContain('does not count: it is for an earlier version of this plan');
    await panel.page.getByRole('button', { name: 'Approve (1 of 2)' }).click();
    await panel.page.getByRole('button', { name: 'Run Rollback' }).click();
    expect((await panel.heard()).map(({ type }) => type)).toEqual(['ready', 'approve', 'run']);
    expect(panel.complaints).toEqual([]);
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });

  it('shows target, digest, and every operation with what it touches and how it stands', async () => {
    await open();
    await panel.tell(planned(planView()));
    const text = await panel.page.locator('main').textContent();
    for (const part of ['Shop release 42', 'staging', '3fa4c1d23fa4', 'Read-only preview', 'SQLite 3.50.4'])
      expect(text).toContain(part);
    const rows = await panel.page.locator('.step').allTextContents();
    expect(rows).toHaveLength(8);
    expect(rows.find((row) => row.includes('Create the orders'))).toMatch(
      /rollback[\s\S]*within 600 s[\s\S]*1 more try after 10 s[\s\S]*applied/,
    );
    expect(rows.find((row) => row.includes('Add the index'))).toContain('pending');
    expect(await panel.kept()).toEqual({ ...state, target: undefined });
    expect(panel.complaints).toEqual([]);
  });

  it('shows the very command that will run, where, with what, and what verifies it', async () => {
    await open();
    const view = planView();
    const id = operationId('warm');
    const warm: PlanView['plan']['operations'][number] = {
      id,
      name: 'Warm the cache',
      phase: 'step',
      dependsOn: [],
      timeoutSec: undefined,
      retry: undefined,
      type: 'command',
      command: { type: 'argv', argv: ['./warm.sh', 'a b'] },
      folder: 'services',
      env: { TOKEN: '${secret:TOKEN}' },
      verify: { type: 'command', command: { type: 'shell', text: 'test -e warm' } },
      graceSec: 10,
      inactivitySec: undefined,
    };
    await panel.tell(
      planned({
        ...view,
        plan: { ...view.plan, operations: [warm] },
        operations: [{ operation: id, command: "./warm.sh 'a b'", verify: 'test -e warm' }],
      }),
    );
    expect(await panel.page.locator('.step').textContent()).toMatch(
      /Warm the cache[\s\S]*Command[\s\S]*\.\/warm\.sh 'a b'[\s\S]*in services[\s\S]*with TOKEN[\s\S]*verified by test -e warm/,
    );
    expect(panel.complaints).toEqual([]);
  });

  it('opens scripts and problems at their places', async () => {
    await open();
    await panel.tell(planned({ ...planView(), findings: [{ ...wrong, severity: 'warning' }] }));
    await panel.page.getByRole('button', { name: 'Open migrations/V0002__add_orders.sql' }).click();
    await panel.page.getByText('deployments/release.srdeploy:24:17').click();
    expect((await panel.heard()).slice(1)).toEqual([
      { type: 'open-place', file: 'migrations/V0002__add_orders.sql', line: 1, column: 1 },
      { type: 'open-place', file: 'deployments/release.srdeploy', line: 24, column: 17 },
    ]);
  });

  it('runs and refreshes on request', async () => {
    await open();
    await panel.tell(planned(planView()));
    await runButton().click();
    await panel.page.getByRole('button', { name: 'Refresh' }).click();
    expect((await panel.heard()).slice(1)).toEqual([{ type: 'run' }, { type: 'refresh' }]);
  });

  it('offers no run where an error or the workspace forbids it, and says why', async () => {
    await open();
    await panel.tell(planned({ ...planView(), findings: [wrong] }));
    await runButton().click({ force: true });
    await panel.tell(planned(planView(), 'This workspace is in Restricted Mode.'));
    await runButton().click({ force: true });
    expect(await panel.heard()).toEqual([{ type: 'ready' }]);
    expect(await panel.page.locator('main').textContent()).toContain('This workspace is in Restricted Mode.');
  });

  it('says what it needs before it can run', async () => {
    await open();
    const needs: PlanView['needs'] = [
      { type: 'approval', have: 0, needed: 2, selfApproval: false },
      { type: 'confirm-target', target: targetId('live'), text: 'live' },
    ];
    await panel.tell(planned({ ...planView(true), needs, reached: { type: 'no', message: 'connection refused' } }));
    const text = await panel.page.locator('main').textContent();
    expect(text).toContain('It needs 2 approvals and has 0. Somebody else must approve it.');
    expect(text).toContain('you will be asked to type “live”');
    expect(text).toContain('The target did not answer: connection refused');
    expect(await panel.page.locator('.badge-prod').textContent()).toBe('PROD');
  });

  it('shows what a migration can do below it, with its kind in words, its place and the safer form', async () => {
    await open();
    const { operation, file } = danger;
    const need = { type: 'confirm-danger', operation, file, codes: ['M020'], messages: [], text: 'V0003' } as const;
    await panel.tell(planned({ ...planView(true), dangers: [danger], needs: [need] }));
    const row = panel.page.locator('.step', { hasText: 'Add the index' });
    expect(await row.locator('.danger').textContent()).toMatch(
      /warning: \s*long lock[\s\S]*Nobody can write[\s\S]*M020/,
    );
    expect(await panel.page.locator('.danger').count()).toBe(1);
    await row.getByText('Safer form').click();
    expect(await row.getByText('CREATE INDEX CONCURRENTLY').isVisible()).toBe(true);
    await row.getByRole('button', { name: `Open ${file}:3:1` }).click();
    expect((await panel.heard()).at(-1)).toEqual({ type: 'open-place', file, line: 3, column: 1 });
    expect(await panel.page.locator('main').textContent()).toContain('You will be asked to type “V0003”');
    expect(panel.complaints).toEqual([]);
  });

  it('shows why no plan could be made, with all problems, and that nothing has run', async () => {
    await open();
    await panel.tell({
      type: 'refused',
      state,
      error: { code: 'INVALID_PLAN', message: 'The plan has 1 error.', exitCode: 7, problems: [wrong] },
    });
    const text = await panel.page.locator('main').textContent();
    expect(text).toContain('Nothing has run');
    expect(text).toContain('The script migrations/V0003.sql does not exist.');
  });

  it('says when files have changed since', async () => {
    await open();
    await panel.tell(planned(planView()), { type: 'stale' });
    await panel.page.getByRole('button', { name: 'Plan again' }).click();
    expect((await panel.heard()).at(-1)).toEqual({ type: 'refresh' });
    await panel.tell({ type: 'planning', state }, planned(planView()));
    expect(await panel.page.getByText('Plan again').count()).toBe(0);
  });

  it('shows markup literally', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    await open();
    const view = planView();
    await panel.tell(planned({ ...view, plan: { ...view.plan, source: { ...view.plan.source, name: evil } } }));
    expect(await panel.page.locator('h1').textContent()).toBe(evil);
    expect(await panel.page.locator('img').count()).toBe(0);
  });

  it('needs no sideways scrolling at 280 pixels', async () => {
    await open('light', 280);
    await panel.tell(planned({ ...planView(true), findings: [wrong], dangers: [danger] }));
    const over = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
  });

  it.each<ThemeName>(['dark', 'light', 'hc-dark', 'hc-light'])('has no fault that axe finds in %s', async (theme) => {
    await open(theme);
    const findings = [{ ...wrong, severity: 'warning' as const }];
    await panel.tell(planned({ ...planView(true), findings, dangers: [danger] }), { type: 'stale' });
    await panel.page.locator('.step').first().waitFor();
    await panel.page.getByText('Safer form').click();
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });
});
