import { createTransport, type NodemailerError } from 'nodemailer';
import { type DeliveryEnd, type EmailDelivery, percentDecoded } from '../../core/index.ts';
import { endedBy, type TryLimit } from './try-limit.ts';

const noAddress =
  'The address of the mail server must be smtp:// or smtps://, perhaps user:password@, the host, and perhaps a port, with nothing behind.';

const noPerson = 'The sender or the recipients are no e-mail addresses';

/**
 * Sends a message by SMTP: `smtps://` speaks TLS from the start, `smtp://` where the server of another machine offers it. A password goes
 * to another machine over TLS only. Docs: notifications.
 */
export async function sendEmail(delivery: EmailDelivery, limit: TryLimit): Promise<DeliveryEnd> {
  const server = serverOf(delivery.smtp);
  if (!server) return { type: 'failed', retryable: false, message: noAddress };
  if ([delivery.from, ...delivery.to].some((address) => /\p{Cc}/u.test(address)))
    return failed(noPerson, undefined, false);
  const { host, options } = server;
  try {
    const { rejected } = await createTransport({ ...options, ...timeLimits(limit) }).sendMail({
      from: delivery.from,
      to: [...delivery.to],
      subject: delivery.subject,
      text: delivery.text,
      messageId: `<${delivery.id}@${domainOf(delivery.from)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: limit.signal,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    if (rejected.length === 0) return { type: 'sent' };
    const message = `${host} took the message, but not for ${rejected.length} of ${delivery.to.length} recipients.`;
    return { type: 'failed', retryable: false, message };
  } catch (error) {
    if (limit.signal.aborted) return { type: 'failed', retryable: true, message: `${host} ${endedBy(limit)}.` };
    return failedBy(error as Partial<NodemailerError>, host);
  }
}

/** Nothing but these parts is taken from the address: the mail client would take options from it, among them one that logs passwords. */
function serverOf(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isMail = url?.protocol === 'smtp:' || url?.protocol === 'smtps:';
  if (!url || !isMail || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'smtps:';
  const auth =
    url.username === '' ? undefined : { user: percentDecoded(url.username), pass: percentDecoded(url.password) };
  return {
    host: url.host,
    options: {
      host,
      ...(url.port !== '' && { port: Number(url.port) }),
      secure: isSecure,
      requireTLS: !isSecure && auth !== undefined && !isThisMachine(host),
      // Nobody stands between, and the certificate of a mail server on this machine is rarely one that is trusted.
      ignoreTLS: isThisMachine(host),
      ...(auth && { auth }),
    },
  };
}

const isThisMachine = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host);

const timeLimits = ({ limitMs }: TryLimit) => ({
  connectionTimeout: limitMs,
  greetingTimeout: limitMs,
  socketTimeout: limitMs,
  dnsTimeout: limitMs,
});

const domainOf = (address: string): string => /@([A-Za-z0-9.-]+)>?\s*$/.exec(address)?.[1] ?? 'localhost';

/** The server's own words may name users: its code is told. One from 500 on says that another try is useless. */
function failedBy({ code, originalCode, responseCode }: Partial<NodemailerError>, host: string): DeliveryEnd {
  const retryable = responseCode === undefined || responseCode < 500;
  switch (code) {
    case 'EAUTH':
      return failed(
        `${host} did not accept the user name and password`,
        responseCode,
        retryable && responseCode !== undefined,
      );
    case 'ETLS':
      return failed(`${host} does not speak TLS, without which it gets no password`, undefined, false);
    case 'EENVELOPE':
    case 'EMESSAGE':
      return responseCode === undefined
        ? failed(noPerson, undefined, false)
        : failed(`${host} refused the message`, responseCode, retryable);
    default:
      return responseCode === undefined
        ? failed(`${host} cannot be reached`, originalCode ?? code, true)
        : failed(`${host} ended the conversation`, responseCode, retryable);
  }
}

const failed = (what: string, detail: string | number | undefined, retryable: boolean): DeliveryEnd => ({
  type: 'failed',
  retryable,
  message: `${what}${detail === undefined ? '' : ` (${detail})`}.`,
});
