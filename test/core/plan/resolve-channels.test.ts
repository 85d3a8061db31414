import { expect, it } from 'vitest';
import { type NotificationChannel, notificationEvents, resolveChannels } from '../../../core/index.ts';

const all = { on: notificationEvents, targets: undefined };
const hook = 'https://hooks.example.org/services/T000/B000/abcdefgh';
const values: Readonly<Record<string, string>> = {
  HOOK: hook,
  KEY: 'the signing key',
  SMTP: 'smtps://u:pa55word@mail',
};
const variables = { env: (name: string) => values[name], secret: (name: string) => values[name] };

it('replaces every reference by its value, and leaves what is written as it is', () => {
  const channels: readonly NotificationChannel[] = [
    { type: 'slack', ...all, url: '${env:HOOK}' },
    { type: 'webhook', ...all, url: 'https://ci.example.org/hook', secret: '${secret:KEY}' },
    { type: 'webhook', ...all, url: '${secret:HOOK}', secret: undefined },
    { type: 'email', ...all, smtp: '${secret:SMTP}', from: 'a@example.org', to: ['b@example.org'] },
  ];
  const resolved = resolveChannels(channels, variables);
  expect(resolved.problems).toEqual([]);
  expect(resolved.channels).toEqual([
    { type: 'slack', ...all, url: hook },
    { type: 'webhook', ...all, url: 'https://ci.example.org/hook', secret: 'the signing key' },
    { type: 'webhook', ...all, url: hook, secret: undefined },
    { type: 'email', ...all, smtp: 'smtps://u:pa55word@mail', from: 'a@example.org', to: ['b@example.org'] },
  ]);
  // What is written in the config is no secret; of an address that is one, the path is one by itself.
  expect(new Set(resolved.secrets)).toEqual(
    new Set([hook, 'services/T000/B000/abcdefgh', 'the signing key', 'smtps://u:pa55word@mail']),
  );
});

it('leaves out a channel that lacks a value, with a warning that says what is missing and how to set it', () => {
  const channels: readonly NotificationChannel[] = [
    { type: 'webhook', ...all, url: '${env:NO_URL}', secret: '${secret:NO_KEY}' },
    { type: 'slack', ...all, url: '${env:HOOK}' },
  ];
  const { channels: left, problems, secrets } = resolveChannels(channels, variables);
  expect(left.map(({ type }) => type)).toEqual(['slack']);
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
    ['NOTIFICATION_UNSET', 'warning'],
    ['NOTIFICATION_UNSET', 'warning'],
  ]);
  expect(problems[0]?.message).toMatch(/^Notification 1 .*webhook.* NO_URL.*export NO_URL=/);
  expect(problems[1]?.message).toMatch(/SRDEPLOY_SECRET_NO_KEY=/);
  expect(secrets).toContain(hook);
});

it('leaves what the windows of VS Code tell to them, and counts it as the config does', () => {
  const channels: readonly NotificationChannel[] = [
    { type: 'vscode', ...all },
    { type: 'slack', ...all, url: '${env:NO_URL}' },
  ];
  const { channels: left, problems, secrets } = resolveChannels(channels, variables);
  expect([left, secrets]).toEqual([[], []]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/^Notification 2 .*slack/)]);
});

it('masks the values of a channel that is left out as well', () => {
  const channel: NotificationChannel = { type: 'webhook', ...all, url: '${env:NO_URL}', secret: '${secret:KEY}' };
  expect(resolveChannels([channel], variables)).toMatchObject({ channels: [], secrets: ['the signing key'] });
});
