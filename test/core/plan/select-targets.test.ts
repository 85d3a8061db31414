import { describe, expect, it } from 'vitest';
import { selectTargets } from '../../../core/index.ts';

const known = ['tenant-1', 'tenant-2', 'tenant-10', 'central'];
const messages = (words: readonly string[], among = known) =>
  selectTargets(words, among).problems.map(({ code, message }) => `${code} ${message}`);

describe('the targets of a fleet', () => {
  it('are ids and patterns in the order of the words, each once', () => {
    expect(selectTargets(['central', 'tenant-?', 'tenant-*', 'central'], known)).toEqual({
      targets: ['central', 'tenant-1', 'tenant-2', 'tenant-10'],
      problems: [],
    });
  });

  it('are all told at once where they are not known', () => {
    expect(messages(['nope', 'tenant-1', 'x.y', 'foo-*'])).toEqual([
      'UNKNOWN_TARGET There is no target "nope". Known targets: tenant-1, tenant-2, tenant-10, central.',
      'UNKNOWN_TARGET There is no target "x.y".',
      'NO_TARGET_MATCHES No target fits "foo-*". Known targets: tenant-1, tenant-2, tenant-10, central.',
    ]);
    expect(messages(['a*'], [])).toEqual([
      'NO_TARGET_MATCHES No target fits "a*". The deploy config has no "targets" yet; add them.',
    ]);
  });

  it('name only some of a thousand that are known', () => {
    const many = [...Array(1_000).keys()].map((n) => `tenant-${n}`);
    expect(messages(['nope'], many)[0]).toContain('tenant-19 and 980 more.');
  });

  it('take nothing in a pattern for more than it is', () => {
    expect(selectTargets(['tenant.1*', '(*', '['], known).targets).toEqual([]);
  });
});
