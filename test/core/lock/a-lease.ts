import { digest, type Lease, type LockState, lockId, type ProcessIdentity, runId } from '../../../core/index.ts';
import { fakeIdentity } from '../../support/fake-processes.ts';

/** A lease that somebody else holds. */
export const otherLease = (process: ProcessIdentity = fakeIdentity(7), changes: Partial<Lease> = {}): Lease => ({
  id: lockId('other-lock'),
  holder: { who: `bob@${process.host}`, process },
  run: runId('20260205-110000-bbbbbb'),
  operation: undefined,
  planDigest: digest('d'.repeat(64)),
  acquiredAt: '2026-02-05T11:00:00.000Z',
  beat: 0,
  heartbeatAt: '2026-02-05T11:00:00.000Z',
  ...changes,
});

export const held = (lease: Lease | undefined, changes: Partial<LockState> = {}): LockState => ({
  v: 1,
  epoch: 3,
  forcedEpoch: 0,
  lease,
  ...changes,
});
