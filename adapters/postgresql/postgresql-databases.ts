import { escapeIdentifier } from 'pg';
import {
  type ConnectFailure,
  type ConnectOptions,
  type Databases,
  dialectOf,
  type ResolvedConnection,
  type SqlOutcome,
} from '../../core/index.ts';
import type { StepResult } from './exchange.ts';
import { createExpectedSessions, type HeldSession } from './expected-sessions.ts';
import { historyTable } from './history-table.ts';
import { hold, type OpenedClient, openClient, type PostgresqlConnection } from './open-client.ts';
import { createSession } from './session.ts';
import type { Step } from './step.ts';
import { createWireSession, type WireSession } from './wire-session.ts';

/** PostgreSQL servers as targets. */
export function createPostgresqlDatabases(): Databases {
  const expected = createExpectedSessions(open);
  return {
    expect: expected.expect,
    unexpect: expected.unexpect,
    connect: async (connection, options, signal) =>
      (await expected.take(connection, options, signal)) ?? open(connection, options, signal),
  };
}

async function open(
  connection: ResolvedConnection,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<HeldSession | ConnectFailure> {
  if (connection.backend === 'sqlite' || dialectOf(connection) !== 'postgresql')
    return { type: 'unsupported', message: `${connection.backend} is not PostgreSQL.` };
  let onGone = (_message: string) => {};
  const opened = await openClient(connection, options, signal, (message) => onGone(message));
  if (opened.type !== 'open') return opened;
  const wire = createWireSession(opened.client, connection, opened.tls);
  onGone = wire.gone;
  return prepare(opened, wire, connection, options, signal);
}

/** Learns what the session needs to know, and makes it read-only where it must be. */
async function prepare(
  { client }: OpenedClient,
  wire: WireSession,
  connection: PostgresqlConnection,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<HeldSession | ConnectFailure> {
  const bounds = { timeoutMs: options.timeoutMs, signal };
  const learned = await wire.exchange([options.mode === 'read-only' ? READ_ONLY : DURABLE, FACTS], bounds);
  if (learned.type !== 'done') return giveUp(wire, learned);
  const [version, schema, number] = (learned.value.at(-1)?.rows[0] ?? []) as [string, string | null, string];
  const serverMajor = Math.floor(Number(number) / 10_000);
  const watched = serverMajor >= 14 ? await wire.exchange([WATCH_CLIENT], bounds) : undefined;
  if (watched?.type === 'lost') return giveUp(wire, watched);
  return {
    type: 'connected',
    hold: (isHeld) => hold(client, isHeld),
    isLost: () => wire.lost() !== undefined,
    session: createSession({
      wire,
      options,
      serverMajor,
      serverVersion: `PostgreSQL ${version}`,
      history: schema === null ? undefined : historyTable(escapeIdentifier(schema)),
      reset: [...RESET, watched?.type === 'done' ? DURABLE_AND_WATCHED : DURABLE],
      parse: (type, text) => (client.getTypeParser(type, 'text') as (text: string) => unknown)(text),
      dump: connection,
    }),
  };
}

async function giveUp(wire: WireSession, outcome: SqlOutcome<readonly StepResult[]>): Promise<ConnectFailure> {
  await wire.end();
  const message = outcome.type === 'refused' ? outcome.error.message : outcome.type === 'lost' ? outcome.message : '';
  return { type: outcome.type === 'refused' && outcome.cause === 'error' ? 'refused' : 'unreachable', message };
}

const READ_ONLY: Step = { text: 'SET default_transaction_read_only = on' };
/** A confirmed COMMIT must outlive a crash of the server, also where its default trades that for speed; a stronger setting stays. */
const DURABLE: Step = {
  text: "SELECT pg_catalog.set_config('synchronous_commit', 'on', false) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'",
  isKept: true,
};
const FACTS: Step = {
  text: "SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_schema(), pg_catalog.current_setting('server_version_num')",
  maxRows: 1,
};
/** A script's `SET` must not reach the next migration: a resumed run, in a new session, would see other settings. */
const RESET: readonly Step[] = [
  { text: 'RESET SESSION AUTHORIZATION', isKept: true },
  { text: 'RESET ROLE', isKept: true },
  { text: 'RESET ALL', isKept: true },
];
/** Lets the server notice within a second that a killed runner is gone, also in the middle of a long statement; not on every system. */
const WATCH_CLIENT: Step = { text: "SET client_connection_check_interval = '1s'" };
/** Both at once, before every migration. */
const DURABLE_AND_WATCHED: Step = {
  text: `SELECT pg_catalog.set_config('client_connection_check_interval', '1s', false), CASE pg_catalog.current_setting('synchronous_commit')
  WHEN 'off' THEN pg_catalog.set_config('synchronous_commit', 'on', false) END`,
  isKept: true,
};
