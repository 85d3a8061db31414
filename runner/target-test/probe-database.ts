import type { Connection, DatabaseSession, ResolvedConnection, World } from '../../core/index.ts';
import type { ProbeLimits, TargetProbe } from './probe.ts';

/** Connects, reads the server's version and asks it for `SELECT 1`. Read-only: neither a SQLite file nor a history table comes into being. */
export async function probeDatabase(
  resolved: ResolvedConnection,
  written: Connection,
  { databases, clock }: Pick<World, 'databases' | 'clock'>,
  { timeoutMs, signal }: ProbeLimits,
): Promise<TargetProbe> {
  const base = { way: 'database', at: placeOf(written), latencyMs: undefined } as const;
  const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const begun = clock.monotonicMs();
  const options = { mode: 'read-only', timeoutMs, onNotice: () => {}, marker: 'target-test' } as const;
  const connected = await databases.connect(resolved, options, until);
  if (connected.type !== 'connected') {
    if (signal.aborted) return { ...base, outcome: 'cancelled', detail: 'cancelled' };
    const detail =
      connected.type === 'missing-file' ? missingFile(written) : tooLate(until, timeoutMs) || connected.message;
    return { ...base, outcome: 'unreachable', detail };
  }
  const { session } = connected;
  try {
    const connectMs = clock.monotonicMs() - begun;
    return { ...base, ...(await ask(session, connectMs, clock, { timeoutMs, signal }, until)) };
  } finally {
    await session.close();
  }
}

async function ask(
  session: DatabaseSession,
  connectMs: number,
  clock: World['clock'],
  { timeoutMs, signal }: ProbeLimits,
  until: AbortSignal,
): Promise<Pick<TargetProbe, 'outcome' | 'latencyMs' | 'detail'>> {
  const begun = clock.monotonicMs();
  const answer = await session.ping(until);
  const latencyMs = clock.monotonicMs() - begun;
  const version = `${session.backend} ${session.serverVersion}`;
  if (answer.type === 'done')
    return { outcome: 'reached', latencyMs, detail: `${version}; connected in ${connectMs.toFixed(1)} ms` };
  if (signal.aborted) return { outcome: 'cancelled', latencyMs: undefined, detail: 'cancelled' };
  const why = tooLate(until, timeoutMs) || (answer.type === 'lost' ? answer.message : answer.error.message);
  return { outcome: 'unreachable', latencyMs: undefined, detail: `${version} was connected, and then: ${why}` };
}

const tooLate = (until: AbortSignal, timeoutMs: number): string =>
  until.aborted ? `no answer within ${timeoutMs / 1_000} s` : '';

const placeOf = (connection: Connection): string =>
  connection.backend === 'sqlite' ? connection.file : `${connection.host}:${connection.port}/${connection.database}`;

const missingFile = (connection: Connection): string =>
  connection.backend === 'sqlite' ? `${connection.file} does not exist yet; the first run makes it.` : '';
