import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** User name and password that it was handed in with. */
  readonly login: string | undefined;
  readonly secure: boolean;
  /** The message as it came, with `\r\n`. */
  readonly raw: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

export interface MailServerOptions {
  readonly server?: SMTPServerOptions;
  /** The code that a recipient is refused with; undefined: it is taken. */
  readonly refuse?: (recipient: string) => number | undefined;
  /** Any other login is refused; undefined: none is asked for. */
  readonly login?: string;
}

/** A mail server on this machine that keeps what it gets. */
export async function mailServer({ server = {}, refuse, login }: MailServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: login === undefined,
    // Whether its own certificate is secret matters to no test.
    logger: false,
    ...server,
    onAuth({ username, password }, _session, done) {
      const given = `${username}:${password}`;
      done(given === login ? null : Object.assign(new Error(`no ${given} here`), { responseCode: 535 }), {
        user: given,
      });
    },
    onRcptTo({ address }, _session, done) {
      const code = refuse?.(address);
      done(code === undefined ? null : Object.assign(new Error('refused'), { responseCode: code }));
    },
    onData(stream, { envelope, user, secure }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({
          from,
          to,
          login: user as string | undefined,
          secure,
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });
  // What a client that goes away does to its connection is no trouble of the test.
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  return { port, mails, close: () => new Promise((resolve) => smtp.close(() => resolve())) };
}
