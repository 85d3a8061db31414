import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MariadbServer, startMariadb } from '../../support/mariadb-server.ts';
import { connectionTo, never, openTarget, type ServerConnection, tenSeconds, tryConnect } from './mysql-target.ts';

let server: MariadbServer;
let other: MariadbServer;

beforeAll(async () => {
  [server, other] = await Promise.all([
    startMariadb({ tls: true }),
    startMariadb({ tls: true, names: 'DNS:localhost,DNS:db.example', options: ['--require-secure-transport=ON'] }),
  ]);
});
afterAll(() => Promise.all([server.stop(), other.stop()]));

const tryTls = (changes: Partial<ServerConnection>, to = server) => tryConnect(connectionTo(to, 'mysql', changes));

async function cipher(changes: Partial<ServerConnection>, to = server): Promise<unknown> {
  const connected = await tryTls(changes, to);
  if (connected.type !== 'connected') return connected;
  const asked = await connected.session.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", 1, tenSeconds, never);
  await connected.session.close();
  return asked.type === 'done' ? asked.value.rows[0]?.[1] : asked;
}

const used = expect.stringMatching(/^(?:TLS|ECDHE)/);

describe('TLS to MariaDB', () => {
  it('is used as the mode says', async () => {
    const sslRootCert = server.authority;
    expect(await cipher({ sslMode: 'disable' })).toBe('');
    expect(await cipher({ sslMode: 'prefer' })).toEqual(used);
    expect(await cipher({ sslMode: 'require' })).toEqual(used);
    expect(await cipher({ sslMode: 'require', sslRootCert })).toEqual(used);
    expect(await cipher({ sslMode: 'verify-ca', sslRootCert })).toEqual(used);
    expect(await cipher({ sslMode: 'verify-full', sslRootCert })).toEqual(used);
    expect(await cipher({ sslMode: 'verify-full', sslRootCert, host: 'localhost' })).toEqual(used);
  });

  it('is refused where the authority is not known, with what to look at', async () => {
    const refused = { type: 'refused', message: expect.stringMatching(/certificate.*Check ssl_mode/) };
    expect(await tryTls({ sslMode: 'verify-ca' })).toMatchObject(refused);
    expect(await tryTls({ sslMode: 'verify-ca', sslRootCert: other.authority })).toMatchObject(refused);
    expect(await tryTls({ sslMode: 'require', sslRootCert: other.authority })).toMatchObject(refused);
    expect(await tryTls({ sslMode: 'verify-full', sslRootCert: '/nowhere/ca.crt' })).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('/nowhere/ca.crt'),
    });
  });

  it('is refused by verify-full where the certificate has another name, also for an address', async () => {
    const sslRootCert = other.authority;
    expect(await tryTls({ sslMode: 'verify-full', sslRootCert }, other)).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('127.0.0.1'),
    });
    expect(await cipher({ sslMode: 'verify-full', sslRootCert, host: 'localhost' }, other)).toEqual(used);
    expect(await cipher({ sslMode: 'verify-ca', sslRootCert }, other)).toEqual(used);
  });

  it('is asked for where the server takes nothing else', async () => {
    expect(await tryTls({ sslMode: 'disable' }, other)).toMatchObject({
      type: 'refused',
      message: expect.stringMatching(/ssl_mode|TLS/),
    });
  });

  it('carries records, cancels and backups too', async () => {
    const to = connectionTo(other, 'mysql', {
      sslMode: 'verify-full',
      sslRootCert: other.authority,
      host: 'localhost',
    });
    other.run('CREATE DATABASE shop');
    const session = await openTarget({ ...to, database: 'shop' });
    const cancel = AbortSignal.timeout(200);
    expect(await session.query('SELECT SLEEP(60)', 1, { timeoutMs: 60_000 }, cancel)).toMatchObject({
      cause: 'cancelled',
    });
    const file = join(mkdtempSync(join(tmpdir(), 'srd-tls-')), 'copy.sql');
    expect(await session.backup(file, { timeoutMs: 60_000 }, never)).toMatchObject({ type: 'done' });
    await session.close();
  });
});
