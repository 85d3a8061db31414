import { expect, it } from 'vitest';
import { readNotifications } from '../../../core/index.ts';

const read = (notifications: unknown) => readNotifications('deploy-config.json', JSON.stringify({ notifications }));
const everything = ['started', 'waiting', 'failed', 'succeeded', 'rolled_back'];

it('reads each kind of channel, in the order of the config', () => {
  const webhook = { type: 'webhook', url: 'https://ci.example.org/hook', secret: '${secret:KEY}' };
  const email = { type: 'email', smtp: '${secret:SMTP}', from: 'a@example.org', to: ['b@example.org'] };
  const slack = { type: 'slack', url: '${secret:SLACK}', on: ['failed'], targets: ['production'] };
  const vscode = { type: 'vscode', on: ['waiting', 'failed'], targets: ['production'] };
  expect(read([slack, vscode, webhook, email])).toEqual([
    slack,
    vscode,
    { ...webhook, on: everything, targets: undefined },
    { ...email, on: everything, targets: undefined },
  ]);
});

it('tells everything of every target where nothing is said, and nothing where the lists are empty', () => {
  const url = 'https://ci.example.org/hook';
  const [said, unsaid, inWindows] = read([
    { type: 'slack', url, on: [], targets: [] },
    { type: 'webhook', url },
    { type: 'vscode' },
  ]);
  expect(inWindows).toEqual({ type: 'vscode', on: everything, targets: undefined });
  expect(said).toMatchObject({ on: [], targets: [] });
  expect(unsaid).toEqual({ type: 'webhook', url, on: everything, targets: undefined, secret: undefined });
});

it('has no channels where the config says none, and where it has problems', () => {
  expect(readNotifications('deploy-config.json', '// nothing yet\n{}')).toEqual([]);
  expect(read([{ type: 'slack', url: 'https://ci.example.org/hook', on: ['exploded'] }])).toEqual([]);
  expect(read([{ type: 'vscode', url: 'https://ci.example.org/hook' }])).toEqual([]);
  expect(readNotifications('deploy-config.json', '{ "notifications": [')).toEqual([]);
});
