import { describe, expect, it } from 'vitest';
import { operationId } from '../../core/index.ts';
import { fakeOperator } from './fake-operator.ts';

const never = new AbortController().signal;

describe('the fake operator', () => {
  const pause = operationId('pause');

  it('answers before or after it is asked', async () => {
    const operator = fakeOperator();
    operator.continue(pause, 'ann');
    expect(await operator.continued(pause, never)).toBe('ann');
    const waiting = operator.continued(pause, never);
    expect(operator.waitingFor).toEqual(['pause']);
    operator.continue(pause, 'bob');
    expect(await waiting).toBe('bob');
    const approval = operator.approved(never);
    operator.approve();
    await approval;
    expect([operator.waitingFor, operator.waitingForApproval]).toEqual([[], 0]);
  });

  it('has no answer when the signal aborts', async () => {
    const operator = fakeOperator();
    const abort = new AbortController();
    const waiting = [operator.continued(pause, abort.signal), operator.approved(abort.signal)];
    abort.abort();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(await operator.continued(pause, abort.signal)).toBeUndefined();
  });
});
