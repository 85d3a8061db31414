import { afterEach, describe, expect, it } from 'vitest';
import { createClock, createNotifier } from '../../adapters/index.ts';
import {
  type AttemptEnd,
  type Clock,
  createRedactor,
  createRunFolder,
  notificationEvents,
  type RunEventBody,
  requestCancel,
  type SentChannel,
  targetId,
} from '../../core/index.ts';
import { drive } from '../../runner/drive.ts';
import { type NotifyOptions, startNotifications } from '../../runner/notify.ts';
import { standardPace } from '../../runner/send-persistently.ts';
import { created, failedStep, journal, run, started } from '../core/report/notices.ts';
import { mailServer } from '../support/mail-server.ts';
import { type WebhookAnswer, type WebhookServer, webhookServer } from '../support/webhook-server.ts';

const servers: { close(): Promise<void> }[] = [];
const listening = async (...answers: readonly WebhookAnswer[]): Promise<WebhookServer> => {
  const server = await webhookServer(...answers);
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const all = { on: notificationEvents, targets: undefined };
const webhook = (url: string, more: Partial<SentChannel> = {}) =>
  ({ type: 'webhook', ...all, url, secret: undefined, ...more }) as SentChannel;
const succeeded: RunEventBody = { type: 'run.finished', outcome: 'succeeded' };
const failed = (message: string): RunEventBody => ({
  type: 'run.finished',
  outcome: 'failed',
  failure: { code: 'SQL_ERROR', message },
});
const nobody = new AbortController().signal;

/** A busy machine may take long for what ends by itself. */
const patient = { ...standardPace, flushMs: 600_000 };

/** The real clock, whose pauses for a next try end at once; the one for the end lasts. */
function hurriedClock() {
  const pauses: number[] = [];
  const real = createClock();
  const clock: Clock = {
    ...real,
    sleep: (ms, signal) => {
      if (ms === patient.flushMs) return real.sleep(ms, signal);
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  return { pauses, clock };
}

function telling(channels: readonly SentChannel[], more: Partial<NotifyOptions> = {}) {
  const warnings: string[] = [];
  const folder = createRunFolder();
  const notifications = startNotifications({
    channels,
    notifier: createNotifier({ limitMs: patient.flushMs }),
    pace: patient,
    clock: createClock(),
    redactor: createRedactor([]),
    record: folder.record,
    warn: (message) => warnings.push(message),
    ...more,
  });
  const tell = (bodies: readonly RunEventBody[]) => {
    for (const event of journal(bodies)) {
      folder.add(event);
      notifications.tell(event);
    }
  };
  return { warnings, notifications, tell, folder };
}

const eventsOf = ({ requests }: WebhookServer) =>
  requests.map(({ body }) => (JSON.parse(body) as { event: string }).event);

describe('notifications of a run', () => {
  it('go to every channel that wants to know of the event and of the target, in order', async () => {
    const [everything, failures, elsewhere] = [await listening(200), await listening(200), await listening(200)];
    const the = telling([
      webhook(everything.url),
      webhook(failures.url, { on: ['failed', 'rolled_back'] }),
      webhook(elsewhere.url, { targets: [targetId('production')] }),
    ]);
    const pause: RunEventBody = {
      type: 'operation.waiting',
      operation: 'orders' as never,
      waiting: { reason: 'pause', message: 'Look.' },
    };
    the.tell([created, started, pause, failedStep('x'), failed('x')]);
    await the.notifications.end(nobody);
    expect(eventsOf(everything)).toEqual(['started', 'waiting', 'failed']);
    expect(eventsOf(failures)).toEqual(['failed']);
    expect(elsewhere.requests).toEqual([]);
    expect(the.warnings).toEqual([]);
  });

  it('reach a channel of each kind', async () => {
    const [slack, hook, mail] = [await listening(200), await listening(200), await mailServer()];
    servers.push(mail);
    const smtp = `smtp://127.0.0.1:${mail.port}`;
    const the = telling([
      { type: 'slack', ...all, url: slack.url },
      webhook(hook.url, { secret: 'the signing key' }),
      { type: 'email', ...all, smtp, from: 'deploy@example.org', to: ['team@example.org'] },
    ]);
    the.tell([created, started]);
    await the.notifications.end(nobody);
    expect(JSON.parse(slack.requests[0]?.body ?? '')).toMatchObject({
      text: 'Deployment started: Release 1.4 on staging',
    });
    expect(hook.requests[0]?.headers['x-srdeploy-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(mail.mails[0]?.raw).toContain('Subject: Deployment started: Release 1.4 on staging\r\n');
    expect(the.warnings).toEqual([]);
  });

  it('are tried again after 1, 5 and 25 seconds, each time as the same delivery, and then given up with a warning', async () => {
    const server = await listening(500, 'drop', 429, 503, 200);
    const { clock, pauses } = hurriedClock();
    const the = telling([webhook(`${server.url}services/T000/secret-path`)], { clock });
    the.tell([created, started]);
    await server.received(4);
    await the.notifications.end(nobody);
    expect(pauses).toEqual([1_000, 5_000, 25_000]);
    expect(server.requests.map(({ headers }) => headers['x-srdeploy-delivery'])).toEqual(Array(4).fill(`${run}-2`));
    const said = `NOTIFICATION_FAILED Nobody was told through webhook that run ${run} has started: 127.0.0.1:${server.port} answered 503. It was tried 4 times.`;
    expect(the.warnings).toEqual([said]);
  });

  it('are sent once where the second try succeeds, and not tried again where they are refused', async () => {
    const [recovering, refusing] = [await listening(500, 200), await listening(404)];
    const { clock, pauses } = hurriedClock();
    const the = telling([webhook(recovering.url), webhook(refusing.url)], { clock });
    the.tell([created, started]);
    await recovering.received(2);
    await the.notifications.end(nobody);
    expect([recovering.requests.length, refusing.requests.length]).toEqual([2, 1]);
    expect(pauses).toEqual([1_000]);
    expect(the.warnings).toEqual([expect.stringContaining('answered 404.')]);
  });

  it('that pause are tried once more at once when the run ends', async () => {
    const server = await listening(500, 200);
    const real = createClock();
    let pauses = (): void => undefined;
    const pausing = new Promise<void>((resolve) => {
      pauses = resolve;
    });
    const clock: Clock = {
      ...real,
      sleep: (ms, signal) => {
        pauses();
        return real.sleep(ms, signal);
      },
    };
    const the = telling([webhook(server.url)], { clock, pace: { ...patient, delaysMs: [3_600_000] } });
    the.tell([created, started]);
    await pausing;
    await the.notifications.end(nobody);
    expect(server.requests.length).toBe(2);
    expect(the.warnings).toEqual([]);
  });

  it('are given up when the end of the run has waited long enough', async () => {
    const server = await listening('silence');
    const the = telling([webhook(server.url)], { pace: { delaysMs: [], flushMs: 100 } });
    the.tell([created, started, succeeded]);
    await the.notifications.end(nobody);
    expect(the.warnings.length).toBe(2);
    expect(the.warnings[1]).toContain('It was not tried');
  });

  it('are given up when a person who cancels does not want to wait, at the first asking and after a cancel at the next', async () => {
    for (const asked of [0, 1]) {
      const server = await listening('silence');
      const cancel = new AbortController();
      for (let i = 0; i < asked; i += 1) requestCancel(cancel, 'ann');
      const the = telling([webhook(server.url)]);
      the.tell([created, started]);
      await server.received(1);
      const ended = the.notifications.end(cancel.signal);
      requestCancel(cancel, 'ann');
      await ended;
      expect(the.warnings).toEqual([expect.stringContaining('was not waited for any longer')]);
    }
  });

  it('hold no secret, neither in the message nor in the warning', async () => {
    const server = await listening(400);
    const redactor = createRedactor(['hunter22', `${server.url}hunter22`]);
    const the = telling([webhook(`${server.url}hunter22`)], { redactor });
    the.tell([
      { ...created, planName: 'Release hunter22' },
      started,
      failedStep('x hunter22'),
      failed('hunter22 was refused'),
    ]);
    await the.notifications.end(nobody);
    expect(server.requests.map(({ body }) => body).join('')).toContain('*** was refused');
    expect(server.requests.map(({ body }) => body).join('') + the.warnings.join('')).not.toContain('hunter22');
    expect(the.warnings.length).toBe(2);
  });

  it('warn instead of throwing where something of ours breaks', async () => {
    const broken = { send: () => Promise.reject(new Error('a file is missing')) };
    const the = telling([webhook('http://127.0.0.1:1/')], { notifier: broken });
    the.tell([created, started]);
    await the.notifications.end(nobody);
    expect(the.warnings).toEqual([expect.stringContaining('a file is missing')]);
    const worse = telling([webhook('http://127.0.0.1:1/')], {
      record: () => {
        throw new Error('no record');
      },
    });
    worse.tell([created, started]);
    expect(worse.warnings).toEqual([expect.stringContaining('no record')]);
  });
});

describe('a run with a channel that never answers', () => {
  it('goes through all its events while the first message is on its way, and tells each after it was stored', async () => {
    const server = await listening('silence');
    const order: string[] = [];
    const notifier = createNotifier({ limitMs: patient.flushMs });
    const the = telling([webhook(server.url)], {
      notifier: {
        send: async (delivery, signal) => {
          order.push(`send ${delivery.type === 'webhook' ? delivery.event : ''}`);
          const end = await notifier.send(delivery, signal);
          order.push(`${end.type}`);
          return end;
        },
      },
    });
    async function* events(): AsyncGenerator<RunEventBody, AttemptEnd> {
      for (const body of [created, started]) yield body;
      await server.received(1);
      for (const body of [failedStep('x'), failed('x')]) yield body;
      return { type: 'finished' };
    }
    const end = await drive(events(), {
      append: async (stored) => {
        for (const event of stored) {
          order.push(`stored ${event.type}`);
          the.folder.add(event);
          the.notifications.tell(event);
        }
      },
      publish: () => undefined,
      redactor: createRedactor([]),
      now: () => new Date(0),
      attempt: 1,
      lastSeq: 0,
      isResume: false,
    });
    order.push('run ended');
    const cancel = new AbortController();
    const ended = the.notifications.end(cancel.signal);
    requestCancel(cancel, 'ann');
    await ended;
    expect(end).toEqual({ type: 'finished' });
    expect(order).toEqual([
      'stored run.created',
      'stored attempt.started',
      'send started',
      'stored operation.finished',
      'stored run.finished',
      'run ended',
      'failed',
    ]);
  });
});
