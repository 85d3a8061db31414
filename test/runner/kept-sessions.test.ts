import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHasher } from '../../adapters/index.ts';
import type { ResolvedConnection } from '../../core/index.ts';
import { keepSessions } from '../../runner/serve/kept-sessions.ts';
import { type FakeDatabases, fakeDatabases } from '../support/fake-databases.ts';

const connection = { ref: 'db', backend: 'postgresql', host: 'h', port: 1, database: 'd' } as ResolvedConnection;
let fake: FakeDatabases;
const made = (call: string) => fake.calls.filter((one) => one.call === call).length;

beforeEach(() => {
  vi.useFakeTimers();
  fake = fakeDatabases();
});
afterEach(() => vi.useRealTimers());

it('looks with one session for as long as it is asked, and ends it then', async () => {
  const databases = keepSessions(fake, createHasher());
  for (let i = 0; i < 3; i++) {
    expect(await databases.peekHistory?.(connection, 'shop')).toEqual([]);
    await vi.advanceTimersByTimeAsync(9_000);
  }
  expect([made('connect'), made('close')]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([made('connect'), made('close')]).toEqual([1, 1]);
});

it('keeps one of two that were asked at once, and none once it is closed', async () => {
  const databases = keepSessions(fake, createHasher());
  const peek = () => databases.peekHistory?.(connection, 'shop');
  expect(await Promise.all([peek(), peek()])).toEqual([[], []]);
  expect([made('connect'), made('close')]).toEqual([2, 1]);
  await databases.close();
  expect(made('close')).toBe(2);
});

it('does not keep one that was lost, nor one that could not be opened', async () => {
  const databases = keepSessions(fake, createHasher());
  await databases.peekHistory?.(connection, 'shop');
  fake.next('readHistory', { type: 'lose' });
  expect(await databases.peekHistory?.(connection, 'shop')).toBeUndefined();
  expect(await databases.peekHistory?.(connection, 'shop')).toEqual([]);
  expect(made('connect')).toBe(2);
  await databases.close();
  fake.failConnect({ type: 'unreachable', message: 'No.' });
  expect(await databases.peekHistory?.(connection, 'shop')).toBeUndefined();
});
