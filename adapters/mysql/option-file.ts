import type { Vendor } from './session-settings.ts';
import { isSocket, type MysqlConnection } from './tls.ts';

/** How a dump program connects: the text of an option file, which holds the password and is never written to a disk that keeps it. */
export function optionFile(
  connection: MysqlConnection,
  program: Vendor,
  {
    encrypted,
    authority,
  }: { readonly encrypted: boolean /** A file in PEM. */; readonly authority: string | undefined },
): string {
  const { host, port, username, password } = connection;
  const where = isSocket(host) ? { socket: host } : { host, port: String(port), protocol: 'TCP' };
  const values: Readonly<Record<string, string | undefined>> = {
    ...where,
    user: username,
    password,
    ...(program === 'MySQL' ? mysqlTls(connection, encrypted) : mariadbTls(connection, encrypted)),
    'ssl-ca': encrypted ? authority : undefined,
  };
  const lines = Object.entries(values).flatMap(([name, text]) =>
    text === undefined ? [] : [`${name}=${quoted(text)}`],
  );
  return `[client]\n${lines.join('\n')}\n`;
}

const MYSQL_MODES = {
  disable: 'DISABLED',
  prefer: 'PREFERRED',
  require: 'REQUIRED',
  'verify-ca': 'VERIFY_CA',
  'verify-full': 'VERIFY_IDENTITY',
} as const;

const mysqlTls = ({ sslMode }: MysqlConnection, encrypted: boolean) => ({
  'ssl-mode': encrypted ? MYSQL_MODES[sslMode] : 'DISABLED',
});

/** MariaDB's programs check the chain where they are given an authority, and the name only when told to. */
const mariadbTls = ({ sslMode }: MysqlConnection, encrypted: boolean) => ({
  ssl: encrypted ? '1' : '0',
  'ssl-verify-server-cert': sslMode === 'verify-full' && encrypted ? '1' : '0',
});

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b' };

/** In double quotes, of which only the outer ones count. */
const quoted = (text: string): string => `"${text.replace(/[\\\n\r\t\b]/g, (found) => ESCAPES[found] ?? found)}"`;
