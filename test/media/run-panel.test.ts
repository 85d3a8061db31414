import AxeSource from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operationId, runId } from '../../core/model/ids.ts';
import type { FromRunPanel, LogLine, ToRunPanel } from '../../protocol/index.ts';
import { axeViolations } from './axe.ts';
import { type OpenPanel, openBrowser, openPanel } from './panel-page.ts';
import { failedRun, operation, run, state, told } from './samples.ts';
import type { ThemeName } from './themes.ts';

let browser: Browser;
let panel: OpenPanel<ToRunPanel, FromRunPanel>;
const open = async (theme: ThemeName = 'dark', width = 900) => {
  panel = await openPanel(browser, 'run', theme, width);
};
const log = (id: string, lines: readonly LogLine[]): ToRunPanel => ({ type: 'log', operation: operationId(id), lines });
const line = (index: number, text: string): LogLine => ({ index, text, stream: 'stdout' });
const section = (id: string) => panel.page.locator(`[data-operation="${id}"]`);
const head = (id: string) => section(id).locator('.operation-head');

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(() => panel.page.close());
afterAll(() => browser.close());

describe('the run panel', () => {
  it('says that it is ready and keeps only which run it shows', async () => {
    await open();
    expect(await panel.heard()).toEqual([{ type: 'ready' }]);
    await panel.tell(told(failedRun()));
    expect(await panel.kept()).toEqual(state);
    expect(panel.complaints).toEqual([]);
  });

  it('offers a rollback of what was applied, and leads to the run that took it back', async () => {
    await open();
    await panel.tell(told(run('succeeded', [operation('a', 'succeeded')], { canRollBack: true })));
    await panel.page.getByRole('button', { name: 'Roll Back…' }).click();
    const by = runId('20260206-120000-bbbbbb');
    const { canRollBack: _, ...gone } = run('succeeded', [operation('a', 'succeeded')]);
    await panel.tell(told({ ...gone, rolledBackBy: [{ run: by, status: 'rolled_back' }] }));
    await panel.page.getByText('rolled back by run').waitFor();
    expect(await panel.page.getByRole('button', { name: 'Roll Back…' }).count()).toBe(0);
    await panel.page.getByRole('button', { name: by }).click();
    expect(await panel.heard()).toEqual([{ type: 'ready' }, { type: 'rollback' }, { type: 'open-run', run: by }]);
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });

  it('opens what runs and what failed, and closes what is done', async () => {
    await open();
    await panel.tell(told(run('running', [operation('a', 'running'), operation('b', 'pending')])));
    await expect.poll(() => head('a').getAttribute('aria-expanded')).toBe('true');
    await panel.tell(told(run('running', [operation('a', 'succeeded'), operation('b', 'failed')])));
    await expect.poll(() => head('a').getAttribute('aria-expanded')).toBe('false');
    expect(await head('b').getAttribute('aria-expanded')).toBe('true');
  });

  it('opens and closes all at once, by links on the line of the first heading', async () => {
    await open();
    await panel.tell(told(failedRun()));
    const heads = panel.page.locator('.operation-head');
    const states = async (): Promise<readonly (string | null)[]> => {
      const all = await heads.all();
      return [...new Set(await Promise.all(all.map((one) => one.getAttribute('aria-expanded'))))];
    };
    await panel.page.getByRole('button', { name: 'Expand all' }).click();
    await expect.poll(states).toEqual(['true']);
    await panel.page.getByRole('button', { name: 'Collapse all' }).click();
    await expect.poll(states).toEqual(['false']);
    const [links, heading] = [panel.page.locator('.fold'), panel.page.locator('.group h2').first()];
    const [one, other] = [await links.boundingBox(), await heading.boundingBox()];
    expect(Math.abs((one?.y ?? 0) - (other?.y ?? 99))).toBeLessThan(3);
  });

  it('shows several groups under headings of their own, which say how they stand and close by the keyboard', async () => {
    await open();
    const view = run('failed', [
      operation('check', 'succeeded', { phase: 'pre_check' }),
      operation('a', 'succeeded'),
      operation('b', 'failed'),
      operation('c', 'pending'),
    ]);
    await panel.tell({ ...told(view), groups: { a: 'tables', b: 'tables', c: 'site' } } as ToRunPanel);
    const tables = panel.page.getByRole('button', { name: 'Group tables, failed, 1 of 2 done' });
    expect(await tables.getAttribute('aria-expanded')).toBe('true');
    await panel.page.getByRole('button', { name: 'Group site, pending, 0 of 1 done' }).waitFor();
    await panel.page.getByRole('heading', { name: 'Pre-checks' }).waitFor();
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
    await tables.press('Enter');
    await expect.poll(() => tables.getAttribute('aria-expanded')).toBe('false');
    expect(await head('a').count()).toBe(0);
    expect(await head('c').count()).toBe(1);
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });

  it('shows the operations of a single group by phase, as those of a plan document', async () => {
    await open();
    await panel.tell({ ...told(run('succeeded', [operation('a', 'succeeded')])), groups: { a: 'site' } } as ToRunPanel);
    await panel.page.getByRole('heading', { name: 'Steps' }).waitFor();
    expect(await panel.page.locator('.group-head').count()).toBe(0);
  });

  it('does not say of a failed step that it printed nothing: its failure is what it says', async () => {
    await open();
    await panel.tell(told(failedRun()));
    await section('V0003').locator('.failure').waitFor();
    expect(await section('V0003').textContent()).not.toContain('No output');
  });

  it('names each header with status and duration', async () => {
    await open();
    await panel.tell(told(failedRun()));
    const name = 'Create the orders, Migration, 2 tries, succeeded, 12 s';
    expect(await panel.page.getByRole('button', { name }).getAttribute('aria-expanded')).toBe('false');
  });

  it('shows the failure with its place, its code and its statement, and opens the place', async () => {
    await open();
    await panel.tell(told(failedRun()));
    const failure = section('V0003');
    expect(await failure.locator('.failure-message').textContent()).toContain('no such column: order_date');
    expect(await failure.locator('.failure').textContent()).toContain('42703');
    expect(await failure.locator('.failure-statement').textContent()).toContain('CREATE INDEX');
    await failure.getByText('migrations/V0003__order_index.sql:14:3').click();
    expect((await panel.heard()).at(-1)).toEqual({
      type: 'open-place',
      file: 'migrations/V0003__order_index.sql',
      line: 14,
      column: 3,
    });
  });

  it('asks for exactly what is clicked, and offers only what the state allows', async () => {
    await open();
    await panel.tell(told(failedRun()));
    await panel.page.getByRole('button', { name: 'Resume', exact: true }).click();
    await panel.page.getByRole('button', { name: 'Open Log', exact: true }).click();
    expect((await panel.heard()).slice(1)).toEqual([{ type: 'resume' }, { type: 'open-log' }]);
    expect(await panel.page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
    const pause = operation('p', 'waiting', { type: 'pause', waiting: { reason: 'pause', message: 'Look at it.' } });
    await panel.tell(told(run('waiting', [pause])));
    await panel.page.getByRole('button', { name: 'Continue', exact: true }).click();
    await panel.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    expect((await panel.heard()).slice(3)).toEqual([{ type: 'continue', operation: 'p' }, { type: 'cancel' }]);
    expect(await panel.page.getByRole('button', { name: 'Resume', exact: true }).count()).toBe(0);
  });

  it('offers nothing but Resume to an interrupted run, and says what that would do', async () => {
    await open();
    const pause = operation('p', 'unknown', {
      name: 'Look',
      type: 'pause',
      waiting: { reason: 'pause', message: 'Look at it.' },
    });
    await panel.tell(told(run('interrupted', [pause], { resumeFrom: operationId('p') })));
    await panel.page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    expect(await panel.page.getByRole('button', { name: /^(Continue|Cancel|Approve)$/ }).count()).toBe(0);
    expect(await panel.page.locator('main').textContent()).toContain('goes on at “Look”');
  });

  it('offers approval to a run that waits for one', async () => {
    await open();
    await panel.tell(told(run('waiting', [], { waiting: { reason: 'approval', approvals: 0, needed: 2 } })));
    expect(await panel.page.getByText('Waiting for approval (0 of 2)').count()).toBe(1);
    await panel.page.getByRole('button', { name: 'Approve', exact: true }).click();
    expect((await panel.heard()).at(-1)).toEqual({ type: 'approve' });
  });

  it('shows markup in names, logs and messages literally', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    await open();
    const view = run('failed', [operation('a', 'failed', { name: evil, error: { code: 'X', message: evil } })]);
    await panel.tell(told({ ...view, plan: { ...view.plan, name: evil } }), log('a', [line(0, evil)]));
    await expect.poll(() => panel.page.locator('.log-text').textContent()).toBe(evil);
    expect(await panel.page.locator('h1').textContent()).toBe(evil);
    expect(await panel.page.locator('img').count()).toBe(0);
  });

  it('takes 100,000 lines, with at most 500 nodes in the page, and answers every batch', async () => {
    await open();
    await panel.tell(told(run('running', [operation('a', 'running')])));
    await panel.page.evaluate(async () => {
      for (let batch = 0; batch < 100; batch += 1) {
        const lines = Array.from({ length: 1_000 }, (_, index) => {
          const number = batch * 1_000 + index;
          return { index: number, stream: 'stdout', text: `\x1b[3${index % 8}mline\x1b[0m ${number}` };
        });
        window.dispatchEvent(new MessageEvent('message', { data: { type: 'log', operation: 'a', lines } }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    expect((await panel.heard()).filter(({ type }) => type === 'credit')).toHaveLength(100);
    await expect.poll(() => panel.page.locator('.log-text').last().textContent()).toBe('line 99999');
    expect(await panel.page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(500);
  });

  it('follows the end until the reader scrolls up, then says how much is new and jumps back', async () => {
    await open();
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => line(from + index, `line ${from + index}`));
    await panel.tell(told(run('running', [operation('a', 'running')])), log('a', lines(0, 500)));
    await expect.poll(() => panel.page.locator('.log-text').last().textContent()).toBe('line 499');
    await panel.page.locator('.log-scroll').hover();
    await panel.page.mouse.wheel(0, -2_000);
    const jump = panel.page.locator('.log-jump');
    await expect.poll(() => jump.isVisible()).toBe(true);
    await panel.tell(log('a', lines(500, 40)));
    await expect.poll(() => jump.textContent()).toBe('Jump to latest (40 new)');
    await jump.click();
    await expect.poll(() => panel.page.locator('.log-text').last().textContent()).toBe('line 539');
    expect(await jump.isVisible()).toBe(false);
  });

  it('forgets all lines at a reset', async () => {
    await open();
    await panel.tell(told(failedRun()), log('V0003', [line(0, 'old')]));
    await expect.poll(() => panel.page.locator('.log-row').count()).toBe(1);
    await panel.tell({ type: 'reset' });
    await expect.poll(() => panel.page.locator('.log-row').count()).toBe(0);
  });

  it('is driven by keys: one tab stop, arrows, Home and End, right and left', async () => {
    await open();
    await panel.tell(told(failedRun()));
    await expect.poll(() => panel.page.locator('.operation-head[tabindex="0"]').count()).toBe(1);
    await head('check_connection').focus();
    const focused = () =>
      panel.page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('data-operation'));
    await panel.page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('check_disk');
    await panel.page.keyboard.press('End');
    expect(await focused()).toBe('check_migrations');
    await panel.page.keyboard.press('ArrowRight');
    await expect.poll(() => head('check_migrations').getAttribute('aria-expanded')).toBe('true');
    await panel.page.keyboard.press('ArrowLeft');
    await expect.poll(() => head('check_migrations').getAttribute('aria-expanded')).toBe('false');
    await panel.page.keyboard.press('Home');
    expect(await focused()).toBe('check_connection');
    expect(await panel.page.locator('.operation-head[tabindex="0"]').count()).toBe(1);
  });

  it('speaks of steps politely and of failure at once', async () => {
    await open();
    await panel.tell(told(run('running', [operation('a', 'running')])));
    await panel.tell(told(run('running', [operation('a', 'failed', { durationMs: 3_000 })])));
    const alert = panel.page.locator('[role="alert"]');
    await expect.poll(() => alert.textContent()).toBe('Step 1 of 1 failed after 3.0 s: Apply a');
  });

  it('says PROD for production and shows notices', async () => {
    await open();
    await panel.tell(told(failedRun(), true), {
      type: 'notice',
      notice: { severity: 'information', message: 'Waiting for bo@build.' },
    });
    expect(await panel.page.locator('.badge-prod').textContent()).toBe('PROD');
    expect(await panel.page.locator('.notice').textContent()).toContain('Waiting for bo@build.');
  });

  it('needs no sideways scrolling at 280 pixels', async () => {
    await open('dark', 280);
    await panel.tell(told(failedRun(), true), log('V0003', [line(0, 'x'.repeat(500))]));
    await expect.poll(() => panel.page.locator('.log-row').count()).toBe(1);
    const over = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
  });

  it('turns nothing where motion is not wanted', async () => {
    await open();
    await panel.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await panel.tell(told(run('running', [operation('a', 'running')])));
    await panel.page.locator('.codicon-loading').first().waitFor();
    const animation = await panel.page
      .locator('.codicon-loading')
      .first()
      .evaluate((icon) => getComputedStyle(icon).animationName);
    expect(animation).toBe('none');
  });

  it.each<ThemeName>(['dark', 'light', 'hc-dark', 'hc-light'])('has no fault that axe finds in %s', async (theme) => {
    await open(theme);
    const lines = [line(0, 'plain'), line(1, '\x1b[32mgreen\x1b[0m')];
    await panel.tell(told(failedRun(), true), log('V0003', lines));
    await panel.page.locator('.log-row').first().waitFor();
    expect(await axeViolations(panel.page, AxeSource.source)).toEqual([]);
  });
});
