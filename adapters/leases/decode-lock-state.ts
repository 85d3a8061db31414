import {
  digest,
  type Lease,
  type LockState,
  lockId,
  operationId,
  type ProcessIdentity,
  runId,
} from '../../core/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a lease store holds as text; a sentence that says what is wrong where it is no such record. */
export function decodeLockState(text: string): LockState | string {
  const value = fieldsOf(parsed(text));
  if (!value) return 'it is not a JSON object.';
  if (value.v !== 1) return `it has version ${String(value.v)}; this version of ScratchRobin Deploy reads 1.`;
  const { epoch, forcedEpoch } = value;
  if (!isCount(epoch) || !isCount(forcedEpoch)) return 'its epochs are not whole numbers.';
  if (value.lease === undefined) return { v: 1, epoch, forcedEpoch, lease: undefined };
  const lease = leaseOf(fieldsOf(value.lease));
  return lease ? { v: 1, epoch, forcedEpoch, lease } : 'its lease lacks a field.';
}

function leaseOf(value: Fields | undefined): Lease | undefined {
  const holder = fieldsOf(value?.holder);
  const process = identityOf(fieldsOf(holder?.process));
  if (!value || !holder || !process) return undefined;
  const { id, run, operation, planDigest, acquiredAt, beat, heartbeatAt } = value;
  if (!isText(id) || !isText(run) || !isText(planDigest) || !isText(holder.who)) return undefined;
  if (!isText(acquiredAt) || !isText(heartbeatAt) || !isCount(beat)) return undefined;
  return {
    id: lockId(id),
    holder: { who: holder.who, process },
    run: runId(run),
    operation: isText(operation) ? operationId(operation) : undefined,
    planDigest: digest(planDigest),
    acquiredAt,
    beat,
    heartbeatAt,
  };
}

function identityOf(value: Fields | undefined): ProcessIdentity | undefined {
  if (!value) return undefined;
  const { host, bootId, pid, startTime } = value;
  return isText(host) && isText(bootId) && isCount(pid) && isText(startTime)
    ? { host, bootId, pid, startTime }
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Reported by the caller as what it is: no JSON object.
  }
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined;
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
