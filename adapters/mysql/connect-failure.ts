import type { ConnectFailure } from '../../core/index.ts';
import type { MysqlConnection } from './tls.ts';

/** An error of the driver or, where `errno` is a number, of the server. */
export interface MysqlError extends Error {
  readonly code?: string;
  readonly errno?: number | string;
  readonly sqlState?: string;
  readonly sqlMessage?: string;
  readonly fatal?: boolean;
  readonly errors?: readonly unknown[];
}

/** The server is up but takes nobody in now: too many connections, or it is stopping. */
const NOT_NOW = new Set([1040, 1053, 1203, 1226]);

/** What to do about what the server or the driver says, by the server's number or the driver's word. */
const ADVICE: Readonly<Record<string, string>> = {
  1045: 'Check username and password of the connection, from which hosts the server lets this user in, and whether it asks for TLS.',
  1698: 'Check username and password of the connection; the server takes this user only through another way in.',
  1044: 'Give the user rights on this database: GRANT ALL ON the database to the user.',
  1049: 'Create the database first; a deployment does not create it.',
  1130: 'The server lets nobody in from this host: add it to the user, or connect from another one.',
  1129: 'The server blocks this host after failed connections: FLUSH HOSTS on the server frees it.',
  3159: 'The server takes connections with TLS only: set ssl_mode to require, verify-ca or verify-full.',
  4151: 'The account is locked: ALTER USER … ACCOUNT UNLOCK.',
  1820: 'The password has expired: ALTER USER … IDENTIFIED BY a new one.',
  1862: 'The password has expired: ALTER USER … IDENTIFIED BY a new one.',
  1040: 'Try again when connections are free.',
  HANDSHAKE_NO_SSL_SUPPORT:
    'Set up TLS on the server, or set ssl_mode to prefer or disable where the network is trusted.',
  HANDSHAKE_SSL_ERROR: 'Check ssl_mode, ssl_root_cert and the certificate of the server.',
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: 'Give the user another authentication plugin.',
  AUTH_SWITCH_PLUGIN_ERROR:
    'Give the user an authentication plugin that is understood: caching_sha2_password or mysql_native_password.',
  ECONNREFUSED: 'Check host and port of the connection, and that the server runs.',
  ENOTFOUND: 'Check the host of the connection.',
  ETIMEDOUT: 'Check host and port of the connection, and that no firewall stands between.',
};

/** Why there is no connection, in words that say where and what to do next. */
export function connectFailure(error: MysqlError, { host, port, database }: MysqlConnection): ConnectFailure {
  const { code, errno } = error;
  const advice = ADVICE[String(errno)] ?? ADVICE[code ?? ''];
  const where = host.startsWith('/') ? `${host}/${database}` : `${host}:${port}/${database}`;
  const message = [`${where}: ${messageOf(error)}`, advice].filter(Boolean).join('. ');
  return { type: isRefusal(error) ? 'refused' : 'unreachable', message };
}

function isRefusal({ code, errno, sqlState }: MysqlError): boolean {
  if (typeof errno === 'number' && sqlState !== undefined) return !NOT_NOW.has(errno);
  return /^(?:HANDSHAKE_(?:SSL|NO_SSL)|MYSQL_CLEAR|AUTH_SWITCH)/.test(code ?? '');
}

/** Node reports several addresses of one name as one error without a message. */
export function messageOf(error: unknown): string {
  const { message, errors, code } = error as MysqlError;
  const text = message || (errors?.map(messageOf).join('; ') ?? code ?? String(error));
  return text.replace(/\.$/, '');
}
