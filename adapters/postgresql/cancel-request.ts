import { Connection } from 'pg';
import type { PostgresqlConnection } from './open-client.ts';
import type { TlsAttempt } from './tls.ts';

interface CancelWire {
  on(event: 'connect' | 'sslconnect' | 'error' | 'end', listener: () => void): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  readonly stream: { destroy(): void };
}

/** Names the server process of a session, and the key with which it may be cancelled. */
export interface SessionKey {
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Asks the server, on a connection of its own, to cancel what a session is doing. Resolves when the server has closed that
 * connection, which it does after it has passed the request on, so that it cannot hit a later statement; or when it takes too long.
 * Whether anything was cancelled shows in the session only.
 */
export function requestCancel(
  { host, port }: Pick<PostgresqlConnection, 'host' | 'port'>,
  tls: TlsAttempt,
  key: SessionKey,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const wire = new Connection({ ssl: tls } as ConstructorParameters<typeof Connection>[0]) as unknown as CancelWire;
    const cancel = () => wire.cancel(key.processID, key.secretKey);
    const done = () => {
      clearTimeout(timer);
      wire.stream.destroy();
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    wire.on('connect', () => (tls ? wire.requestSsl() : cancel()));
    wire.on('sslconnect', cancel);
    // A request that cannot be made shows in the session: it gets no answer.
    wire.on('error', done);
    wire.on('end', done);
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, host);
  });
}
