import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createNotifier } from '../../../adapters/index.ts';
import type { EmailDelivery } from '../../../core/index.ts';
import { type MailServer, type MailServerOptions, mailServer } from '../../support/mail-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { selfSignedCertificate } from '../../support/tls-files.ts';

const servers: { close(): unknown }[] = [];
const listening = async (options?: MailServerOptions): Promise<MailServer> => {
  const server = await mailServer(options);
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const delivery = (smtp: string, more: Partial<EmailDelivery> = {}): EmailDelivery => ({
  type: 'email',
  smtp,
  from: 'Deployments <deploy@example.org>',
  to: ['team@example.org'],
  id: '20260205-120000-aaaaaa-7',
  subject: 'Deployment failed: Größe on staging',
  text: 'Deployment failed: Größe on staging\n\nTarget  staging\n.\nend\n',
  ...more,
});
const send = (one: EmailDelivery, limitMs = 10_000) => createNotifier({ limitMs }).send(one, never);
/** The header lines of a message, folded ones joined. */
const headersOf = (raw: string) => (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');

describe('an e-mail', () => {
  it('reaches every recipient, with one id however often it is tried', async () => {
    const server = await listening();
    const one = delivery(`smtp://127.0.0.1:${server.port}`, { to: ['team@example.org', 'Ann <ann@example.org>'] });
    expect([await send(one), await send(one)]).toEqual([{ type: 'sent' }, { type: 'sent' }]);
    const [first, second] = server.mails;
    expect(first?.from).toBe('deploy@example.org');
    expect(first?.to).toEqual(['team@example.org', 'ann@example.org']);
    const headers = headersOf(first?.raw ?? '');
    expect(headers).toContain('Message-ID: <20260205-120000-aaaaaa-7@example.org>');
    expect(headers).toContain('Auto-Submitted: auto-generated');
    expect(headersOf(second?.raw ?? '')).toContain('Message-ID: <20260205-120000-aaaaaa-7@example.org>');
    expect(first?.raw).toContain('=C3=B6=C3=9Fe'); // The encoded end of "Größe".
  });

  it('logs in with the credentials of the address, decoded', async () => {
    const server = await listening({
      login: 'us@er:p/w d',
      server: { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    });
    expect(await send(delivery(`smtp://us%40er:p%2Fw%20d@127.0.0.1:${server.port}`))).toEqual({ type: 'sent' });
    expect(server.mails[0]?.login).toBe('us@er:p/w d');
  });

  it('is not tried again where the login is refused, and no message of ours names user or password', async () => {
    const server = await listening({
      login: 'user:right',
      server: { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    });
    const end = await send(delivery(`smtp://user:wrong-word@127.0.0.1:${server.port}`));
    const message = `127.0.0.1:${server.port} did not accept the user name and password (535).`;
    expect(end).toEqual({ type: 'failed', retryable: false, message });
    expect(server.mails).toEqual([]);
  });

  it('hands a password to another machine over TLS only', async () => {
    const said: string[] = [];
    const server = await plainServer(said);
    // `[::ffff:127.0.0.1]` reaches this machine and is not one of its own names.
    const end = await send(delivery(`smtp://user:pass-word@[::ffff:127.0.0.1]:${server.port}`));
    expect(end).toMatchObject({ type: 'failed', message: expect.stringContaining('TLS') });
    expect(said.join('')).toMatch(/EHLO/);
    expect(said.join('')).not.toMatch(/AUTH/);
  });

  it('goes to nobody whose certificate is not trusted', async () => {
    const { cert, key } = selfSignedCertificate(await temporaryFolder());
    const server = await listening({ login: 'user:pass-word', server: { secure: true, cert, key } });
    const end = await send(delivery(`smtps://user:pass-word@127.0.0.1:${server.port}`));
    const message = `127.0.0.1:${server.port} cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT).`;
    expect(end).toEqual({ type: 'failed', retryable: true, message });
    expect(server.mails).toEqual([]);
  });

  it('is tried again where the server says later, not where it says never', async () => {
    const codes = new Map([
      ['later@example.org', 451],
      ['never@example.org', 550],
    ]);
    const server = await listening({ refuse: (recipient) => codes.get(recipient) });
    const to = (recipient: string) => send(delivery(`smtp://127.0.0.1:${server.port}`, { to: [recipient] }));
    const said = (code: number) => `127.0.0.1:${server.port} refused the message (${code}).`;
    expect(await to('later@example.org')).toEqual({ type: 'failed', retryable: true, message: said(451) });
    expect(await to('never@example.org')).toEqual({ type: 'failed', retryable: false, message: said(550) });
  });

  it('that reaches some of its recipients is told, and not sent to them again', async () => {
    const server = await listening({ refuse: (recipient) => (recipient.startsWith('no') ? 550 : undefined) });
    const one = delivery(`smtp://127.0.0.1:${server.port}`, { to: ['team@example.org', 'nobody@example.org'] });
    expect(await send(one)).toMatchObject({
      type: 'failed',
      retryable: false,
      message: expect.stringContaining('1 of 2'),
    });
    expect(server.mails.map(({ to }) => to)).toEqual([['team@example.org']]);
  });

  it('is given up where the server is silent, and where there is none', async () => {
    const silent = await plainServer(undefined);
    const message = `127.0.0.1:${silent.port} did not answer within 0.2 s.`;
    expect(await send(delivery(`smtp://127.0.0.1:${silent.port}`), 200)).toEqual({
      type: 'failed',
      retryable: true,
      message,
    });
    const gone = await mailServer();
    await gone.close();
    expect(await send(delivery(`smtp://127.0.0.1:${gone.port}`))).toEqual({
      type: 'failed',
      retryable: true,
      message: `127.0.0.1:${gone.port} cannot be reached (ECONNREFUSED).`,
    });
  });

  it('gets no header, no recipient and no body from what stands in a subject', async () => {
    const server = await listening();
    const subject = 'Failed: x\r\nBcc: thief@example.org\r\n\r\nforged body';
    expect(await send(delivery(`smtp://127.0.0.1:${server.port}`, { subject }))).toEqual({ type: 'sent' });
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['team@example.org']);
    expect(headersOf(mail?.raw ?? '').filter((line) => /^bcc/i.test(line))).toEqual([]);
    expect(mail?.raw.split('\r\n\r\n')[1]).toMatch(/^Deployment failed/);
  });

  it('is not sent where a sender or a recipient has a line end', async () => {
    const server = await listening();
    const smtp = `smtp://127.0.0.1:${server.port}`;
    for (const more of [
      { to: ['a@example.org\r\nBcc: thief@example.org'] },
      { from: 'x@example.org>\r\nRCPT TO:<thief@example.org' },
    ])
      expect(await send(delivery(smtp, more))).toMatchObject({ type: 'failed', retryable: false });
    expect(server.mails).toEqual([]);
  });

  it('takes nothing from the address but where the server is and who logs in', async () => {
    const server = await listening();
    const bad = [`smtp://127.0.0.1:${server.port}/?logger=true&debug=true`, 'smtp://', 'http://127.0.0.1/hush', 'hush'];
    for (const smtp of bad) {
      const end = await send(delivery(smtp));
      expect(end).toMatchObject({ type: 'failed', retryable: false });
      expect(JSON.stringify(end)).not.toContain('hush');
    }
    expect(server.mails).toEqual([]);
  });
});

/** Speaks just enough SMTP to be greeted, and offers a login without TLS; silent where nothing is to be kept. */
async function plainServer(said: string[] | undefined): Promise<{ readonly port: number }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // The client went away.
    if (!said) return;
    socket.write('220 here\r\n');
    socket.on('data', (data) => {
      said.push(data.toString());
      socket.write(/^EHLO/.test(data.toString()) ? '250-here\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n');
    });
  });
  server.listen(0, '::');
  await once(server, 'listening');
  servers.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { port: (server.address() as AddressInfo).port };
}
