import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { SslOptions } from 'mysql2';
import type { ResolvedConnection } from '../../core/index.ts';

export type MysqlConnection = Extract<ResolvedConnection, { readonly host: string }>;

/** One way to try: with these TLS options, or in clear. */
export type TlsAttempt = SslOptions | undefined;

/**
 * What to try, in order, for an `ssl_mode`, as with PostgreSQL: `prefer` falls back to clear text, `require` encrypts without looking at
 * the certificate unless an authority is named. Rejects where the authority's file cannot be read.
 */
export async function tlsAttempts({
  sslMode,
  sslRootCert,
  host,
}: MysqlConnection): Promise<readonly [TlsAttempt, ...TlsAttempt[]]> {
  // A socket file on this machine has no TLS.
  if (sslMode === 'disable' || isSocket(host)) return [undefined];
  const ca = sslRootCert === undefined ? {} : { ca: await readFile(sslRootCert, 'utf8') };
  switch (sslMode) {
    case 'prefer':
      return [{ rejectUnauthorized: false }, undefined];
    case 'require':
      return [{ ...ca, rejectUnauthorized: sslRootCert !== undefined, verifyIdentity: false }];
    case 'verify-ca':
      return [{ ...ca, rejectUnauthorized: true, verifyIdentity: false }];
    case 'verify-full':
      return [{ ...ca, rejectUnauthorized: true, verifyIdentity: true }];
  }
}

/** A host that begins with a slash is the file of a socket. */
export const isSocket = (host: string): boolean => host.startsWith('/');

export const isAddress = (host: string): boolean => isIP(host) !== 0;
