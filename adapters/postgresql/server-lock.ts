import type { SqlOutcome } from '../../core/index.ts';
import { refused, value } from '../sql-refusal.ts';
import type { StepResult } from './exchange.ts';
import type { Step } from './step.ts';

/** First key of our advisory locks: `SRDP` in ASCII. The second is a hash of the scope. */
const CLASS = 0x5352_4450;

/** Asks for the lock once: the holder in words, or undefined where we hold it. Refused where the session changes between transactions. */
export async function tryLock(
  one: (step: Step) => Promise<SqlOutcome<StepResult>>,
  scope: string,
): Promise<SqlOutcome<string | undefined>> {
  const asked = await one(lockStep(scope));
  if (asked.type !== 'done') return asked;
  const [got, pid] = asked.value.rows[0] ?? [];
  if (got !== 't') {
    const holder = await one(holderStep(scope));
    return holder.type === 'done' ? value(describeHolder(holder.value)) : holder;
  }
  const held = await one(heldStep(scope));
  if (held.type !== 'done') return held;
  const [pidNow, holds] = held.value.rows[0] ?? [];
  if (pidNow === pid && holds === 't') return value(undefined);
  return refused(
    'error',
    'This connection goes through a pooler that changes the server session between transactions, so a lock in the target cannot be held.',
    { hint: 'Connect to the server directly, or to a pool in session mode.' },
  );
}

/** Asks for the lock once, and for the server process that we speak to. */
const lockStep = (scope: string): Step => ({
  text: `SELECT pg_catalog.pg_try_advisory_lock(${CLASS}, pg_catalog.hashtext($1)), pg_catalog.pg_backend_pid()`,
  values: [scope],
  maxRows: 1,
});

/** Whether the process that answers now is the one that holds the lock; behind a pooler it may be another. */
const heldStep = (scope: string): Step => ({
  text: `SELECT pg_catalog.pg_backend_pid(), EXISTS (
  SELECT FROM pg_catalog.pg_locks WHERE ${ourLock} AND pid = pg_catalog.pg_backend_pid())`,
  values: [scope],
  maxRows: 1,
});

const ourLock = `locktype = 'advisory' AND granted AND classid::bigint = ${CLASS} AND objsubid = 2
  AND objid::bigint = (pg_catalog.hashtext($1)::bigint & 4294967295)
  AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`;

/** Who holds the lock, since when, and what it does. */
const holderStep = (scope: string): Step => ({
  text: `SELECT a.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr), a.state,
  pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
  pg_catalog.regexp_replace(pg_catalog.left(a.query, 100), '\\s+', ' ', 'g')
FROM (SELECT pid FROM pg_catalog.pg_locks WHERE ${ourLock}) AS l
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid`,
  values: [scope],
  maxRows: 1,
});

/** The holder in words, from the row that `holderStep` found. */
function describeHolder(found: StepResult | undefined): string {
  const row = found?.rows[0];
  if (!row) return 'another session held it a moment ago';
  const [pid, application, user, host, state, since, query] = row.map((value) => value ?? '');
  const who = [application && `"${application}"`, user && `as ${user}`, host && `from ${host}`]
    .filter(Boolean)
    .join(' ');
  const does = state === 'active' && query ? `, executing: ${query}` : state ? `, ${state}` : '';
  return `session ${pid} ${who} since ${since} UTC${does}`;
}
