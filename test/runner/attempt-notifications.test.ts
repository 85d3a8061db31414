import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createClock, createProcesses } from '../../adapters/index.ts';
import {
  type AttemptEnd,
  createRedactor,
  notificationEvents,
  type RunEventBody,
  requestCancel,
  type World,
} from '../../core/index.ts';
import { executeAttempt } from '../../runner/attempt.ts';
import { createOperatorDesk } from '../../runner/control/operator.ts';
import { createRunStore } from '../../runner/run-store.ts';
import { created, run, started } from '../core/report/notices.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type WebhookServer, webhookServer } from '../support/webhook-server.ts';

let hook: WebhookServer;
afterEach(() => hook.close());

/** The beginning and the end of an attempt; what is between waits for `middle`. */
async function* events(middle: () => Promise<unknown>): AsyncGenerator<RunEventBody, AttemptEnd> {
  yield created;
  yield started;
  await middle();
  yield { type: 'run.finished', outcome: 'succeeded' };
  return { type: 'finished' };
}

async function attempt(middle: (journal: string) => Promise<unknown>, afterwards?: (work: Promise<void>) => void) {
  const project = await temporaryFolder();
  const store = createRunStore(project);
  await mkdir(store.folder(run), { recursive: true });
  const warnings: string[] = [];
  const cancel = new AbortController();
  const ending = executeAttempt(
    events(() => middle(join(store.folder(run), 'events.jsonl'))),
    {
      run,
      store,
      world: { clock: createClock(), processes: createProcesses() } as unknown as World,
      desk: createOperatorDesk(),
      redactor: createRedactor([]),
      audit: {
        before: () => undefined,
        after: () => undefined,
        lost: () => undefined,
        settled: () => Promise.resolve(),
      },
      env: process.env,
      record: undefined,
      publish: () => undefined,
      channels: [{ type: 'webhook', on: notificationEvents, targets: undefined, url: hook.url, secret: undefined }],
      warn: (message) => warnings.push(message),
      cancel,
      ...(afterwards && { afterwards }),
    },
  );
  return { ending, warnings, cancel };
}

describe('an attempt', () => {
  it('tells of an event that stands in the journal, and has told of everything when it has ended', async () => {
    hook = await webhookServer(200);
    let journal = '';
    const { ending, warnings } = await attempt(async (file) => {
      await hook.received(1);
      journal = await readFile(file, 'utf8');
    });
    expect((await ending).record?.end).toMatchObject({ outcome: 'succeeded' });
    expect(journal).toContain('"type":"attempt.started"');
    expect(hook.requests.map(({ headers }) => headers['x-srdeploy-event'])).toEqual(['started', 'succeeded']);
    expect(warnings).toEqual([]);
  });

  it('ends while messages are on their way where somebody else waits for them, who may be asked to stop waiting', async () => {
    hook = await webhookServer('silence');
    const given: Promise<void>[] = [];
    const { ending, warnings, cancel } = await attempt(
      () => hook.received(1),
      (work) => given.push(work),
    );
    expect((await ending).record?.end).toMatchObject({ outcome: 'succeeded' });
    expect(warnings).toEqual([]);
    requestCancel(cancel, 'ann');
    await Promise.all(given);
    expect(given.length).toBe(1);
    expect(warnings.length).toBe(2);
  });
});
