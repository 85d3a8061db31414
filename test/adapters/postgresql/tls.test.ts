import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectFailure, DatabaseSession } from '../../../core/index.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { connectionTo, never, tryConnect } from './postgresql-target.ts';

let server: PostgresServer;
let ca: string;
let otherCa: string;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'srd-tls-'));
  ca = makeAuthority(folder, 'ca');
  otherCa = makeAuthority(folder, 'other');
  const files = makeServerCertificate(folder, 'db.example');
  server = await startPostgres({ tls: files });
});
afterAll(() => server.stop());

const tryTls = (changes: Parameters<typeof connectionTo>[1]) => tryConnect(connectionTo(server, changes));
const usesTls = async (connected: { type: 'connected'; session: DatabaseSession } | ConnectFailure) => {
  if (connected.type !== 'connected') return connected;
  const { session } = connected;
  const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const outcome = await session.query(sql, 1, { timeoutMs: 5_000 }, never);
  await session.close();
  return outcome.type === 'done' ? outcome.value.rows[0]?.[0] : outcome;
};

describe('TLS to PostgreSQL', () => {
  it('is used as the mode says', async () => {
    expect(await usesTls(await tryTls({ sslMode: 'disable' }))).toBe(false);
    expect(await usesTls(await tryTls({ sslMode: 'prefer' }))).toBe(true);
    expect(await usesTls(await tryTls({ sslMode: 'require' }))).toBe(true);
    expect(await usesTls(await tryTls({ sslMode: 'verify-ca', sslRootCert: ca }))).toBe(true);
  });

  it('is refused where the authority is not known', async () => {
    expect(await tryTls({ sslMode: 'verify-ca' })).toMatchObject({ type: 'refused' });
    expect(await tryTls({ sslMode: 'verify-ca', sslRootCert: otherCa })).toMatchObject({ type: 'refused' });
    expect(await tryTls({ sslMode: 'require', sslRootCert: otherCa })).toMatchObject({ type: 'refused' });
  });

  it('is refused by verify-full where the name is another', async () => {
    expect(await tryTls({ sslMode: 'verify-full', sslRootCert: ca })).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  it('carries a cancel too', async () => {
    const connected = await tryTls({ sslMode: 'require' });
    if (connected.type !== 'connected') throw new Error(connected.message);
    const cancel = AbortSignal.timeout(200);
    expect(await connected.session.query('SELECT pg_sleep(60)', 1, { timeoutMs: 60_000 }, cancel)).toMatchObject({
      cause: 'cancelled',
    });
    await connected.session.close();
  });
});

const openssl = (folder: string, ...args: readonly string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

function makeAuthority(folder: string, name: string): string {
  const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`];
  openssl(folder, 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject);
  return join(folder, `${name}.crt`);
}

function makeServerCertificate(folder: string, name: string): { cert: string; key: string } {
  const request = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  ];
  openssl(folder, 'req', ...request);
  const signed = ['-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  openssl(folder, 'x509', '-req', ...signed, '-out', 'server.crt');
  return {
    cert: readFileSync(join(folder, 'server.crt'), 'utf8'),
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
  };
}
