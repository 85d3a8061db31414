import type { ConnectFailure, ConnectOptions, ResolvedConnection } from '../../core/index.ts';
import { type Callback, type Driver, type DriverOptions, openDriver } from './driver.ts';
import { GDS, hasCode, sqlError, statusOf } from './sql-error.ts';

export type FirebirdConnection = Extract<ResolvedConnection, { readonly host: string }>;

export interface OpenedDriver {
  readonly type: 'open';
  readonly driver: Driver;
}

/** Protocol 13 is that of Firebird 3, the first with encryption on the wire. */
const PROTOCOL_13 = 0x800d;

/** Connects, within the time limit and until the signal aborts; `onGone` hears when the connection goes away later on. */
export async function openAttachment(
  connection: FirebirdConnection,
  options: ConnectOptions,
  signal: AbortSignal,
  onGone: (message: string) => void,
): Promise<OpenedDriver | ConnectFailure> {
  const { sslMode, username, password, host, port, database } = connection;
  const where = `${host}:${port}/${database}`;
  if (sslMode === 'verify-ca' || sslMode === 'verify-full') {
    const message = `${where}: ssl_mode "${sslMode}" asks for certificates, and Firebird's wire encryption has none. Use "require", which encrypts with a key of the login.`;
    return { type: 'unsupported', message };
  }
  // Without them the driver would try the password that every server was once delivered with.
  if (!username || !password) {
    const missing = username ? 'password' : 'username';
    return { type: 'refused', message: `${where}: the connection has no ${missing}, and Firebird needs one.` };
  }
  const deadline = performance.now() + options.timeoutMs;
  let failure: ConnectFailure = { type: 'unreachable', message: `${where}: nothing was tried.` };
  const attempts = attemptsFor(sslMode);
  for (let attempt = attempts.shift(); attempt; attempt = attempts.shift()) {
    const timeoutMs = Math.max(1, deadline - performance.now());
    const base = { host, port, database, user: username, password, ...BASE, ...attempt };
    const tried = await tryOnce(base, { options, timeoutMs, signal, onGone });
    if (tried.type === 'open') {
      const isEncrypted = attempt.wireCrypt === 1 && canEncrypt(tried.driver);
      if (sslMode !== 'require' || isEncrypted) return tried;
      tried.driver._socket.destroy();
      return notEncrypted(where);
    }
    if (signal.aborted) return { type: 'unreachable', message: 'Cancelled while connecting.' };
    failure =
      sslMode === 'require' && hasCode(tried.error, GDS.unavailable)
        ? notEncrypted(where)
        : connectFailure(tried.error, where);
    const wanted = /but support : (\w+)/.exec(tried.error.message)?.[1];
    if (wanted && wanted !== attempt.pluginName) attempts.unshift({ ...attempt, pluginName: wanted });
    else if (!maysTryNext(tried.error)) return failure;
  }
  return failure;
}

const BASE = {
  encoding: 'UTF8',
  isPool: true,
  blobAsText: true,
  blobChunkSize: 32_768,
  blobReadChunkSize: 65_535,
  numericMode: 'safe',
} as const;

type Attempt = Pick<DriverOptions, 'wireCrypt' | 'pluginName'>;

/** In clear the login is not negotiated again, so that its kind is named from the first. */
function attemptsFor(sslMode: FirebirdConnection['sslMode']): Attempt[] {
  const inClear: Attempt = { wireCrypt: 0, pluginName: 'Srp256' };
  if (sslMode === 'disable') return [inClear];
  return sslMode === 'require' ? [{ wireCrypt: 1 }] : [{ wireCrypt: 1 }, inClear];
}

const notEncrypted = (where: string): ConnectFailure => ({
  type: 'refused',
  message: `${where}: ssl_mode is "require", and the server does not encrypt.`,
});

/** The driver encrypts exactly then: the server has agreed to it before the attachment is made. */
const canEncrypt = ({ accept }: Driver): boolean => Boolean(accept?.sessionKey) && versionOf(accept) >= PROTOCOL_13;
const versionOf = (accept: Driver['accept']): number => accept?.protocolVersion ?? 0;

/** How a server that does not encrypt answers who offers to. */
const maysTryNext = (error: Error): boolean => hasCode(error, GDS.unavailable, GDS.wireCryptIncompatible);

interface Try {
  readonly options: ConnectOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onGone: (message: string) => void;
}

type Tried = OpenedDriver | { readonly type: 'failed'; readonly error: Error };

function tryOnce(options: DriverOptions, { timeoutMs, signal, onGone, options: asked }: Try): Promise<Tried> {
  return new Promise((resolve) => {
    let isOver = false;
    let driver: Driver | undefined;
    const finish = (tried: Tried) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (tried.type === 'failed') driver?._socket.destroy();
      resolve(tried);
    };
    const fail = (error: Error) => finish({ type: 'failed', error });
    const onAbort = () => fail(new Error('cancelled'));
    const seconds = Number((asked.timeoutMs / 1000).toFixed(1));
    const timer = setTimeout(() => fail(timedOut(seconds)), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    const next =
      <T>(go: (value: T) => void): Callback<T> =>
      (error, value) =>
        error ? fail(error) : go(value);
    driver = openDriver(options, {
      opened(error) {
        if (isOver) return;
        if (error) return fail(error);
        driver?.connect(
          options,
          next(() =>
            driver?.attach(
              options,
              next((database) => {
                database.on('warning', ({ message }) =>
                  asked.onNotice({
                    severity: 'WARNING',
                    message: message ?? 'The server warns, and does not say of what.',
                  }),
                );
                finish({ type: 'open', driver: driver as Driver });
              }),
            ),
          ),
        );
      },
      gone(message) {
        if (isOver) onGone(message);
        else fail(new Error(message));
      },
    });
  });
}

const timedOut = (seconds: number): Error =>
  Object.assign(new Error(`no answer within ${seconds} s`), { code: 'ETIMEDOUT' });

function connectFailure(error: Error, where: string): ConnectFailure {
  if (statusOf(error).length === 0) return { type: 'unreachable', message: `${where}: ${messageOf(error)}` };
  if (hasCode(error, GDS.networkError))
    return { type: 'unreachable', message: `${where}: ${sqlError(error, undefined).message}` };
  if (hasCode(error, GDS.ioError)) {
    const message = `${where}: the server cannot open this database: ${sqlError(error, undefined).message}. Name a file or an alias that the server knows.`;
    return { type: 'refused', message };
  }
  if (hasCode(error, GDS.wireCryptIncompatible)) {
    const message = `${where}: the server and "ssl_mode" do not agree on encryption: ${sqlError(error, undefined).message}`;
    return { type: 'refused', message };
  }
  return { type: 'refused', message: `${where}: ${sqlError(error, undefined).message}` };
}

/** Node reports several addresses of one name as one error without a message. */
function messageOf(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: readonly unknown[]; code?: string };
  if (message) return message;
  return errors?.map(messageOf).join('; ') ?? code ?? String(error);
}
