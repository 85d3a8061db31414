import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { SslMode } from '../../core/index.ts';

/** One way to try: with these TLS options, or in clear. */
export type TlsAttempt = ConnectionOptions | false;

/**
 * What to try, in order, for an `ssl_mode` as PostgreSQL's own clients understand it: `prefer` falls back to clear text, `require`
 * encrypts without looking at the certificate unless an authority is named. Rejects where the authority's file cannot be read.
 */
export async function tlsAttempts(
  mode: SslMode,
  rootCertificate: string | undefined,
  host: string,
): Promise<readonly TlsAttempt[]> {
  // A socket file on this machine has no TLS.
  if (mode === 'disable' || host.startsWith('/')) return [false];
  const ca = rootCertificate === undefined ? {} : { ca: await readFile(rootCertificate, 'utf8') };
  const anyName = { checkServerIdentity: () => undefined };
  switch (mode) {
    case 'prefer':
      return [{ rejectUnauthorized: false }, false];
    case 'require':
      return [{ ...ca, ...anyName, rejectUnauthorized: rootCertificate !== undefined }];
    case 'verify-ca':
      return [{ ...ca, ...anyName, rejectUnauthorized: true }];
    case 'verify-full':
      return [{ ...ca, rejectUnauthorized: true }];
  }
}
