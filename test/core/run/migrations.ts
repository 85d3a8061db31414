import {
  type AppliedMigration,
  type AttemptRequest,
  type Connection,
  type MigrationOperation,
  type Plan,
  type ResumeRequest,
  type RunRecord,
  resumeRun,
  startRun,
} from '../../../core/index.ts';
import { connectionOf, type Engine, planOf, pull, type Ran, requestFor } from './engine.ts';

export const never = (): AbortSignal => new AbortController().signal;

/** A plan with its connection on another backend. */
export const on = (plan: Plan, backend: 'mysql' | 'postgresql'): Plan => ({
  ...plan,
  connection: {
    ref: 'db',
    backend,
    host: 'db.example.org',
    port: 1,
    database: 'shop',
    username: 'u',
    password: undefined,
    sslMode: 'prefer',
    sslRootCert: undefined,
  } satisfies Connection,
});

/** A plan whose migrations do something else than to apply. */
export const acting = (plan: Plan, more: Partial<MigrationOperation>): Plan => ({
  ...plan,
  operations: plan.operations.map((one) => (one.type === 'migration' ? { ...one, ...more } : one)),
});

export const start = (plan: Plan, own: Engine, more: Partial<AttemptRequest> = {}, signal = never()): Promise<Ran> =>
  pull(startRun(requestFor(plan, own, more), own.world, signal), own);

export async function again(
  plan: Plan,
  own: Engine,
  before: Ran,
  more: Partial<ResumeRequest & AttemptRequest> = {},
): Promise<Ran> {
  const record = before.record as RunRecord;
  const request: ResumeRequest = {
    ...requestFor(plan, own, { lock: 'next-lock' as never }),
    storedDigest: plan.digest,
    amendments: [],
    skips: [],
    seenSeq: record.lastSeq,
    reload: async () => record,
    ...more,
  };
  const attempt = record.attempts.length + 1;
  return pull(resumeRun(request, own.world, never()), own, undefined, { events: before.events, attempt });
}

/** The row of a file in the target's own history. */
export const rowOf = (own: Engine, plan: Plan, path: string): AppliedMigration | undefined =>
  [...(own.databases.at(connectionOf(plan, own)).history?.values() ?? [])].find((row) => row.path === path);

export const tablesOf = (own: Engine, plan: Plan): string[] => [
  ...own.databases.at(connectionOf(plan, own)).tables.keys(),
];

export const operationOf = (ran: Ran, id: string) => ran.record?.operations.find((one) => one.id === id);

/** All lines of an operation's log. */
export const logOf = (ran: Ran, id: string): string[] =>
  ran.events.flatMap((event) =>
    event.type === 'operation.output' && event.operation === id ? event.lines.map(({ text }) => text) : [],
  );

export { planOf };
