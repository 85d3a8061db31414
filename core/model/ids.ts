declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Id of an operation: the `id` of the check or step in the plan document. Unique in its plan. */
export type OperationId = Branded<'operation'>;
/** Id of a run, sortable by creation time: `20260205-120000-k3f9qz`. Safe as a folder name. */
export type RunId = Branded<'run'>;
/** Id of a target: `^[a-z][a-z0-9-]{1,31}$`. Spec: vocabulary, "target". */
export type TargetId = Branded<'target'>;
/** Id of one lease on a target; named when a person forces it open. */
export type LockId = Branded<'lock'>;
/** Id of a fleet: the runs that one command starts on several targets. `fleet-20260205-120000-k3f9qz`; safe as a folder name. */
export type FleetId = Branded<'fleet'>;
/** Lower-case hexadecimal SHA-256. */
export type Digest = Branded<'digest'>;

export const operationId = (text: string): OperationId => text as OperationId;
export const runId = (text: string): RunId => text as RunId;
export const targetId = (text: string): TargetId => text as TargetId;
export const lockId = (text: string): LockId => text as LockId;
export const fleetId = (text: string): FleetId => text as FleetId;
export const digest = (text: string): Digest => text as Digest;

const RUN_ID = /^\d{8}-\d{6}-[a-z0-9]{6}$/;
const FLEET_ID = /^fleet-\d{8}-\d{6}-[a-z0-9]{6}$/;
const TARGET_ID = /^[a-z][a-z0-9-]{1,31}$/;

/** True for text that is the id of a run, so that it may name a folder. */
export const isRunId = (text: string): text is RunId => RUN_ID.test(text);
/** True for text that is the id of a fleet, so that it may name a folder. */
export const isFleetId = (text: string): text is FleetId => FLEET_ID.test(text);
/** True for text that may be the id of a target. */
export const isTargetId = (text: string): text is TargetId => TARGET_ID.test(text);

/** How many characters of chance a new id takes: `[a-z0-9]`. */
export const chanceInId = 4;

/**
 * A new run id from a moment and four characters of chance (`[a-z0-9]{4}`); the moment is in UTC, and its milliseconds are the first two
 * of the last six characters, in base 36: of two runs that begin within a second the later one sorts later.
 */
export function newRunId(at: Date, chance: string): RunId {
  const [day, time] = at.toISOString().split('T') as [string, string];
  const milliseconds = at.getUTCMilliseconds().toString(36).padStart(2, '0');
  return runId(`${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${milliseconds}${chance}`);
}

/** A new fleet id, made as that of a run. */
export const newFleetId = (at: Date, chance: string): FleetId => fleetId(`fleet-${newRunId(at, chance)}`);
