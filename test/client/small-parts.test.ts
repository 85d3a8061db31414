import { describe, expect, it } from 'vitest';
import { logText } from '../../client/log-text.ts';
import { panelHtml } from '../../client/panels/panel-html.ts';
import { planRef, projectOf } from '../../client/project-of.ts';
import { SecretVault } from '../../client/secret-vault.ts';
import { durationText, elapsedText } from '../../protocol/index.ts';
import { finished, output, startedRun } from './events.ts';

describe('the project of a file', () => {
  const holding = (config: string) => (folder: string) => (folder === config ? ['deploy-config.json'] : []);

  it('is the nearest folder with a deploy config, else the one that holds deployments', () => {
    expect(projectOf('/w/shop/plans/a.srdeploy', holding('/w/shop'))).toBe('/w/shop');
    expect(projectOf('/w/shop/deployments/a.srdeploy', holding('/nowhere'))).toBe('/w/shop');
  });

  it('is the folder of the file where there is neither', () => {
    expect(projectOf('/w/shop/a.srdeploy', holding('/nowhere'))).toBe('/w/shop');
  });

  it('names the document relative to it', () => {
    expect(planRef('/w/shop', '/w/shop/deployments/a.srdeploy').file).toBe('deployments/a.srdeploy');
  });
});

describe('the secret vault', () => {
  it('keeps secrets apart by project folder and takes an empty one as missing', async () => {
    const kept = new Map<string, string>();
    const vault = new SecretVault({
      get: async (key) => kept.get(key),
      store: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
      keys: async () => [...kept.keys()],
    });
    await vault.set('/w/shop', 'PASSWORD', 'a');
    await vault.set('/w/bank', 'PASSWORD', 'b');
    await vault.set('/w/shop', 'EMPTY', '');
    expect([...kept.keys()]).toContain('srdeploy:/w/shop:PASSWORD');
    expect(await vault.read('/w/shop', ['PASSWORD', 'EMPTY', 'NEVER'])).toEqual({ PASSWORD: 'a' });
    await vault.set('/w/shop:2', 'PASSWORD', 'c');
    await vault.set('/w/shop:2/x', 'PASSWORD', 'd');
    await vault.set('/w/shop', 'KEY', 'e');
    expect(await vault.readAll('/w/shop')).toEqual({ PASSWORD: 'a', KEY: 'e' });
    expect(await vault.readAll('/w')).toEqual({});
    await vault.delete('/w/shop', 'PASSWORD');
    expect(await vault.read('/w/shop', ['PASSWORD'])).toEqual({});
  });
});

describe('the page of a panel', () => {
  const page = panelHtml({ title: '<b>', script: 's', style: 't', icons: 'i', cspSource: 'https://w', nonce: 'n' });

  it('lets nothing in but what it names', () => {
    expect(page).toContain(
      `content="default-src 'none'; script-src 'nonce-n'; style-src https://w; font-src https://w"`,
    );
    expect(page).not.toContain('unsafe');
    expect(page).toContain('<title>&lt;b&gt;</title>');
  });
});

describe('the whole log as text', () => {
  it('tells what happened in order, output below its operation, without colours', () => {
    const text = logText([
      ...startedRun(),
      output(4, 'step_1', ['\x1b[32mok\x1b[0m']),
      finished(5, 'step_1', 'failed'),
    ]);
    expect(text).toContain('Shop release → staging');
    expect(text).toContain('\n    ok\n');
    expect(text).toContain('Create the orders: failed after 12 s');
    expect(text).toContain('no such column (migrations/V1.sql:14:3)');
    expect(text).toContain('    | SELECT x');
  });
});

describe('durations', () => {
  it('are short and never jump back', () => {
    expect([8, 400, 9_960, 59_400, 185_000, 3_720_000].map(durationText)).toEqual([
      '8 ms',
      '0.4 s',
      '10 s',
      '59 s',
      '3 m 05 s',
      '1 h 02 m',
    ]);
    expect([0, 999, 9_900, 61_000].map(elapsedText)).toEqual(['0 s', '0 s', '9 s', '1 m 01 s']);
  });
});
