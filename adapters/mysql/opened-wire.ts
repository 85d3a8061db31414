import type { ConnectFailure, ConnectOptions, SqlOutcome } from '../../core/index.ts';
import { type OpenedConnection, openLike } from './open-connection.ts';
import type { MysqlConnection, TlsAttempt } from './tls.ts';
import { type Answer, createWire, type Wire } from './wire.ts';

/** How further connections of a session are made: like the first one. */
export interface Way {
  readonly to: MysqlConnection;
  readonly tls: TlsAttempt;
  readonly options: ConnectOptions;
}

export type OpenedWire = { readonly type: 'open'; readonly wire: Wire } | ConnectFailure;

/** A wire over an open connection; `begin` are the statements that its session begins with. */
export async function prepareWire(
  { connection }: Pick<OpenedConnection, 'connection'>,
  begin: readonly string[],
  kill: (id: number) => Promise<void>,
  timeoutMs: number,
): Promise<OpenedWire> {
  const first = createWire({ connection, id: connection.threadId ?? 0, kill: async () => {} });
  let answer: SqlOutcome<Answer> | undefined;
  for (const sql of [...begin, 'SELECT CONNECTION_ID()']) {
    answer = await first.send(sql, { timeoutMs });
    if (answer.type === 'done') continue;
    await first.end();
    return answer.type === 'refused'
      ? { type: 'refused', message: answer.error.message }
      : { type: 'unreachable', message: answer.message };
  }
  // A proxy may have numbers of its own.
  const id = answer?.type === 'done' ? Number(answer.value.rows[0]?.[0]) : 0;
  return { type: 'open', wire: createWire({ connection, id, kill }) };
}

/** One more connection of a session. */
export async function openWire(
  way: Way,
  begin: readonly string[],
  kill: (id: number) => Promise<void>,
  signal: AbortSignal,
): Promise<OpenedWire> {
  const opened = await openLike(way.to, way.tls, way.options, signal);
  return opened.type === 'open' ? prepareWire(opened, begin, kill, way.options.timeoutMs) : opened;
}
