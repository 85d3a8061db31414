import { describe, expect, it } from 'vitest';
import { configRow, databaseRow, groupRow } from '../../client/views/config-rows.ts';
import { targetId } from '../../core/model/ids.ts';
import type { ConfigView } from '../../protocol/index.ts';
import { operation, run } from '../media/samples.ts';

const now = Date.parse('2026-02-05T12:10:00.000Z');
const site = { name: 'site', kind: 'build', patterns: ['src/**'], line: 4, column: 5 } as const;
const orders = { name: 'orders', folder: 'db/orders', strategy: 'pre_deploy' } as const;
const config: ConfigView = {
  file: 'deploy-config.json',
  name: 'shop',
  groups: [site],
  databases: [orders],
  vscodeChannels: [],
};

describe('the row of a deploy config', () => {
  it('says how much it deploys and that it never ran', () => {
    expect(configRow(config, [], '/p', undefined, now)).toMatchObject({
      label: 'shop',
      description: '1 group, 1 database · never run',
      context: 'srdeploy.config',
      spoken: 'shop, 1 group, 1 database, never run',
    });
  });

  it('says how the last run on each target ended, the newest by its icon', () => {
    const ended = (status: 'failed' | 'succeeded', target: string) =>
      run(status, [operation('a', status)], { target: targetId(target), finishedAt: '2026-02-05T12:05:00.000Z' });
    const runs = [ended('failed', 'live'), ended('succeeded', 'live'), ended('succeeded', 'dev')];
    const row = configRow(config, runs, '/p', 'shop', now);
    expect(row.description).toBe(
      '1 group, 1 database · live: failed 5 minutes ago · dev: succeeded 5 minutes ago · shop',
    );
    expect(row.icon).toBe('error');
  });

  it('says that it cannot be planned, and why in its tooltip', () => {
    const row = configRow({ ...config, problem: '"groups" is no list.' }, [], '/p', undefined, now);
    expect(row).toMatchObject({ icon: 'warning', description: 'cannot be planned · never run' });
    expect(row.tooltip).toContain('is no list');
  });
});

describe('what a deploy config holds', () => {
  it('says of a group what kind it is, how many files it has and what they are', () => {
    expect(groupRow(site, config, '/p', 12)).toMatchObject({
      label: 'site',
      description: 'build · 12 files · src/**',
      icon: 'tools',
      context: 'srdeploy.group',
      spoken: 'Group site, build, 12 files, src/**',
    });
    expect(groupRow(site, config, '/p', 1).description).toBe('build · 1 file · src/**');
    expect(groupRow(site, config, '/p', 0).description).toBe('build · no file matches · src/**');
    expect(groupRow({ ...site, patterns: [] }, config, '/p', undefined).description).toBe('build · no files');
  });

  it('says nothing of how many files a group has where they were not counted', () => {
    expect(groupRow(site, config, '/p', undefined).description).toBe('build · src/**');
  });

  it('says of a database when its migrations are applied', () => {
    expect(databaseRow(orders, config, '/p').description).toBe('database · before the groups · db/orders');
    expect(databaseRow({ ...orders, strategy: 'manual' }, config, '/p').spoken).toBe(
      'Database orders, by hand only, db/orders',
    );
  });
});
