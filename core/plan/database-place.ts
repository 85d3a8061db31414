import { canonicalJson } from '../base/canonical-json.ts';
import { dialectOf } from '../model/connection.ts';
import type { ResolvedConnection } from '../ports/databases.ts';

/** Where a database is: the same text for connections that lead to one place, as far as their words tell. Holds no user and no password. */
export function databasePlace(connection: ResolvedConnection): string {
  if (connection.backend === 'sqlite') return `sqlite ${connection.file}`;
  const { host, port, database } = connection;
  const word = host.toLowerCase();
  const isHere = word === 'localhost' || word === '::1';
  return `${dialectOf(connection)} ${isHere ? '127.0.0.1' : word} ${port} ${database}`;
}

/** True for connections that lead to one place in one way, so that one session serves both. */
export const isSamePlace = (a: ResolvedConnection, b: ResolvedConnection): boolean =>
  databasePlace(a) === databasePlace(b) && wayOf(a) === wayOf(b);

function wayOf(connection: ResolvedConnection): string {
  if (connection.backend === 'sqlite') return '';
  const { username, password, sslMode, sslRootCert } = connection;
  return canonicalJson([username ?? null, password ?? null, sslMode, sslRootCert ?? null]);
}
