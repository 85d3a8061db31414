import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { ConnectFailure, ConnectOptions, ResolvedConnection } from '../../core/index.ts';
import type { ServerError } from './exchange.ts';
import { type TlsAttempt, tlsAttempts } from './tls.ts';

export type PostgresqlConnection = Extract<ResolvedConnection, { readonly host: string }>;

export interface OpenedClient {
  readonly type: 'open';
  readonly client: Client;
  /** What the connection was made with, for a cancel request on a connection of its own. */
  readonly tls: TlsAttempt;
}

/** Connects, within the time limit and until the signal aborts; `onGone` hears when the connection goes away later on. */
export async function openClient(
  connection: PostgresqlConnection,
  options: ConnectOptions,
  signal: AbortSignal,
  onGone: (message: string) => void,
): Promise<OpenedClient | ConnectFailure> {
  let attempts: readonly TlsAttempt[];
  try {
    attempts = await tlsAttempts(connection.sslMode, connection.sslRootCert, connection.host);
  } catch (error) {
    return { type: 'refused', message: `The certificate of the authority cannot be read: ${messageOf(error)}` };
  }
  let failure: ConnectFailure = { type: 'unreachable', message: 'Nothing was tried.' };
  for (const tls of attempts) {
    const opened = await tryOnce(connection, options, signal, onGone, tls);
    if (opened.type === 'open') return opened;
    failure = opened.failure;
    if (!opened.mayTryInClear) break;
  }
  return failure;
}

type Tried =
  | OpenedClient
  | { readonly type: 'failed'; readonly failure: ConnectFailure; readonly mayTryInClear: boolean };

async function tryOnce(
  connection: PostgresqlConnection,
  options: ConnectOptions,
  signal: AbortSignal,
  onGone: (message: string) => void,
  tls: TlsAttempt,
): Promise<Tried> {
  const client = new Client({
    host: connection.host,
    port: connection.port,
    database: connection.database,
    ...(connection.username !== undefined && { user: connection.username }),
    // A function, so that no password is taken from the environment or a file that redaction does not know.
    password: (() => connection.password) as () => string,
    ssl: tls,
    application_name: `srdeploy ${options.marker}`,
    connectionTimeoutMillis: options.timeoutMs,
    keepAlive: true,
  });
  let isOpen = false;
  let last = '';
  client.on('error', (error) => {
    last = messageOf(error);
    if (isOpen) onGone(last);
  });
  client.on('end', () => {
    if (isOpen) onGone(last || 'the connection was closed');
  });
  client.on('notice', ({ severity, message }) => {
    options.onNotice({ severity: severity ?? 'NOTICE', message: message ?? '' });
  });
  const abort = () => destroy(client);
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) return failed('unreachable', 'Cancelled before it was connected.');
    await client.connect();
    isOpen = true;
    return { type: 'open', client, tls };
  } catch (error) {
    destroy(client);
    if (signal.aborted) return failed('unreachable', 'Cancelled while connecting.');
    return connectFailure(error as ServerError, connection);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Ends the connection at once, without a word to the server. */
export const destroy = (client: Client): void => void streamOf(client).destroy();

/** Whether this process lives on for the connection. */
export const hold = (client: Client, isHeld: boolean): void =>
  void (isHeld ? streamOf(client).ref() : streamOf(client).unref());

const streamOf = (client: Client): Socket =>
  (client as unknown as { connection: { stream: Socket } }).connection.stream;

const failed = (type: ConnectFailure['type'], message: string, mayTryInClear = false): Tried => ({
  type: 'failed',
  failure: { type, message },
  mayTryInClear,
});

const UNREACHABLE = /^E(?:CONN|HOST|NET|TIMEDOUT|PIPE|NOTFOUND|AI_|ADDR)|^ENOENT$|^EAI_/;

function connectFailure(error: ServerError, { host, port, database }: PostgresqlConnection): Tried {
  const where = `${host}:${port}/${database}`;
  const message = `${where}: ${messageOf(error)}`;
  const code = error.code ?? '';
  // The server spoke: it is up, but starting, stopping or in recovery.
  if (code === '57P03') return failed('unreachable', message);
  if (error.severity !== undefined) return failed('refused', message, code === '28000');
  if (UNREACHABLE.test(code) || /timeout|terminated unexpectedly/i.test(message)) return failed('unreachable', message);
  if (/password must be a (?:non-empty )?string/.test(message))
    return failed('refused', `${where}: the server asks for a password and the connection has none.`);
  return failed('refused', message, /does not support SSL/.test(message));
}

/** Node reports several addresses of one name as one error without a message. */
function messageOf(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: readonly unknown[]; code?: string };
  if (message) return message;
  return errors?.map(messageOf).join('; ') ?? code ?? String(error);
}
