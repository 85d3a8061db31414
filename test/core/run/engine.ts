import { createHasher } from '../../../adapters/index.ts';
import {
  type AttemptEnd,
  type AttemptRequest,
  connectionOf as connectionIn,
  foldRun,
  gather,
  lockId,
  makePlan,
  type OperationId,
  type Plan,
  type ResolvedConnection,
  type RunEvent,
  type RunEventBody,
  type RunRecord,
  resolveConnection,
  runId,
  startRun,
  type World,
} from '../../../core/index.ts';
import { sqlSyntax } from '../../../parsers/index.ts';
import { fakeApprovals } from '../../support/fake-approvals.ts';
import { fakeAudit } from '../../support/fake-audit.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeDatabases } from '../../support/fake-databases.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeLeases } from '../../support/fake-leases.ts';
import { fakeLedger } from '../../support/fake-ledger.ts';
import { fakeOperator } from '../../support/fake-operator.ts';
import { fakeIdentity, fakeProcesses } from '../../support/fake-processes.ts';
import { fakeWeb } from '../../support/fake-web.ts';
import { planDocument, sqliteConfig } from '../../support/srdeploy.ts';

const nothing = (_name: string): string | undefined => undefined;

export type Engine = ReturnType<typeof engine>;

/** An engine over fakes: a project in memory, virtual time, a database with transactions. */
export function engine(mode: 'auto' | 'manual' = 'auto', contents: Readonly<Record<string, string>> = {}) {
  const clock = fakeClock(undefined, mode);
  const fakes = {
    approvals: fakeApprovals(),
    audit: fakeAudit(),
    clock,
    databases: fakeDatabases(),
    effects: { load: async () => ({ effectsOf: () => [] }) },
    files: fakeFiles(contents),
    hasher: createHasher(),
    leases: fakeLeases(),
    ledger: fakeLedger(),
    operator: fakeOperator(),
    processes: fakeProcesses(),
    syntax: { ...sqlSyntax },
    variables: { env: nothing, secret: nothing },
    web: fakeWeb(),
  };
  return { ...fakes, world: fakes satisfies World };
}

/** The plan of a document in the engine's project; its scripts must be there. */
export async function planOf({ world, files }: Engine, fields: object, config: object = sqliteConfig): Promise<Plan> {
  files.contents.set('deployments/plan.srdeploy', JSON.stringify(planDocument({ pre_checks: [], ...fields })));
  files.contents.set('deploy-config.json', JSON.stringify(config));
  const inputs = await gather(world, {
    file: 'deployments/plan.srdeploy',
    configFile: 'deploy-config.json',
    target: undefined,
    facts: { scriptAt: () => 'present', scripts: () => [] },
    createdAt: world.clock.now(),
  });
  const made = makePlan(inputs, world);
  if (made.type === 'refused') throw new Error(JSON.stringify(made.problems));
  return made.plan;
}

export function connectionOf(plan: Plan, { world }: Engine): ResolvedConnection {
  const resolved = resolveConnection(connectionIn(plan), world);
  if (resolved.type === 'missing') throw new Error(JSON.stringify(resolved.problems));
  return resolved.connection;
}

export const ownRun = runId('20260205-120000-aaaaaa');

export const requestFor = (plan: Plan, own: Engine, more: Partial<AttemptRequest> = {}): AttemptRequest => ({
  run: ownRun,
  lock: lockId('own-lock'),
  plan,
  connection: connectionOf(plan, own),
  by: 'ann@host-a',
  holder: { who: 'ann@host-a', process: fakeIdentity(100) },
  autoContinue: false,
  ...more,
});

export interface Ran {
  readonly events: readonly RunEvent[];
  readonly end: AttemptEnd;
  readonly record: RunRecord | undefined;
}

/** Pulls all events as the journal does; `onEvent` is awaited before the next is asked for, as storing is. */
export async function pull(
  events: AsyncGenerator<RunEventBody, AttemptEnd>,
  { clock }: Engine,
  onEvent: (event: RunEventBody) => unknown = () => undefined,
  before: { readonly events: readonly RunEvent[]; readonly attempt: number } = { events: [], attempt: 1 },
): Promise<Ran> {
  const stored: RunEvent[] = [...before.events];
  for (;;) {
    const next = await events.next();
    if (next.done) return { events: stored, end: next.value, record: foldRun(stored) };
    const stamp = { v: 1 as const, seq: stored.length + 1, at: clock.now().toISOString(), attempt: before.attempt };
    stored.push({ ...next.value, ...stamp });
    await onEvent(next.value);
  }
}

/** Runs a plan from its first event to its last. */
export async function runPlan(
  own: Engine,
  fields: object,
  options: {
    readonly onEvent?: (event: RunEventBody) => unknown;
    readonly signal?: AbortSignal;
    readonly more?: Partial<AttemptRequest>;
  } = {},
): Promise<Ran> {
  const plan = await planOf(own, fields);
  const signal = options.signal ?? new AbortController().signal;
  return pull(startRun(requestFor(plan, own, options.more), own.world, signal), own, options.onEvent);
}

/** The types of the events with the operation that they are about: `operation.intent s1`. */
export const outline = (events: readonly RunEventBody[]): string[] =>
  events.map((event) => ('operation' in event ? `${event.type} ${event.operation as OperationId}` : event.type));

export const outcomeOf = (ran: Ran, id: string): string | undefined =>
  ran.record?.operations.find((operation) => operation.id === id)?.status;

/** Lets everything that is ready run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits, over as many turns as it needs, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (isSo()) return;
    await settle();
  }
  throw new Error('It never came to that.');
}

/** What the server of an engine says by itself, over the newest session. */
export function noticesOf({ world }: Engine): { say(message: string): void } {
  const { databases } = world;
  const connect = databases.connect;
  let say = (_message: string): void => undefined;
  databases.connect = (connection, options, signal) => {
    say = (message) => options.onNotice({ severity: 'NOTICE', message });
    return connect(connection, options, signal);
  };
  return { say: (message) => say(message) };
}
