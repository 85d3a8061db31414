import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { branchAbort } from '../../../core/base/branch-abort.ts';

describe('branches of a signal', () => {
  it('abort with it and for its reason, unless they were dropped, and cost it one listener', () => {
    const parent = new AbortController();
    const { branch, drop } = branchAbort(parent.signal);
    const many = Array.from({ length: 50 }, branch);
    drop(many[7] as AbortController);
    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1);
    parent.abort('enough');
    expect(many.filter(({ signal }) => !signal.aborted)).toEqual([many[7]]);
    expect(many[8]?.signal.reason).toBe('enough');
  });

  it('are aborted from the beginning where it is', () => {
    const parent = new AbortController();
    parent.abort('before');
    expect(branchAbort(parent.signal).branch().signal.reason).toBe('before');
  });

  it('leave it when they are done', () => {
    const parent = new AbortController();
    const { branch, unlink } = branchAbort(parent.signal);
    const one = branch();
    unlink();
    parent.abort();
    expect([getEventListeners(parent.signal, 'abort'), one.signal.aborted]).toEqual([[], false]);
  });
});
