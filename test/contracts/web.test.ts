import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createWeb } from '../../adapters/index.ts';
import type { Web, WebAnswer } from '../../core/index.ts';
import { fakeWeb } from '../support/fake-web.ts';
import { loopbackServer } from '../support/loopback-web.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { selfSignedCertificate } from '../support/tls-files.ts';

interface Subject {
  readonly web: Web;
  /** An address that gives these answers in turn; `never` gives none. */
  serve(...answers: readonly ({ readonly status: number; readonly body: string } | 'never')[]): Promise<string>;
  /** An address at which nothing listens. */
  nobody(): Promise<string>;
}

function theFake(): Subject {
  const web = fakeWeb();
  let count = 0;
  return {
    web,
    nobody: async () => 'http://nobody.test/',
    async serve(...answers) {
      const url = `http://${++count}.test/`;
      const given = answers.map((one): WebAnswer | 'never' =>
        one === 'never' ? one : { type: 'answered', latencyMs: 1.5, ...one },
      );
      web.answer(url, ...given);
      return url;
    },
  };
}

function theRealOne(): Subject {
  return {
    web: createWeb(),
    async nobody() {
      const server = await loopbackServer(() => undefined);
      await server.close();
      return server.origin;
    },
    async serve(...answers) {
      const left = [...answers];
      const server = await loopbackServer((_request, response) => {
        const next = left.length > 1 ? left.shift() : left[0];
        if (next !== undefined && next !== 'never') response.writeHead(next.status).end(next.body);
      });
      return server.origin;
    },
  };
}

const never = new AbortController().signal;
const get = (url: string, timeoutMs = 20_000) => ({ url, method: 'GET', headers: {}, timeoutMs });

describe.each([
  ['the fake', theFake],
  ['the real one', theRealOne],
])('the web: %s', (_name, make) => {
  it('gives the status and the body of any answer, and how long it took', async () => {
    const { web, serve } = make();
    const url = await serve({ status: 200, body: 'grün' }, { status: 503, body: 'not yet' });
    expect(await web.request(get(url), never)).toMatchObject({ type: 'answered', status: 200, body: 'grün' });
    const second = await web.request(get(url), never);
    expect(second).toMatchObject({ type: 'answered', status: 503, body: 'not yet' });
    expect(second.type === 'answered' && second.latencyMs).toBeGreaterThan(0);
  });

  it('says that nothing listens there', async () => {
    const { web, nobody } = make();
    expect(await web.request(get(await nobody()), never)).toMatchObject({ type: 'failed', why: 'refused' });
  });

  it('gives up when the time is over', async () => {
    const { web, serve } = make();
    const answer = await web.request(get(await serve('never'), 50), never);
    expect(answer).toMatchObject({ type: 'failed', why: 'timeout', message: expect.stringContaining('0.05 s') });
  });

  it('is cancelled by its signal, before and while it waits', async () => {
    const { web, serve } = make();
    const url = await serve('never');
    expect(await web.request(get(url), AbortSignal.abort())).toMatchObject({ why: 'cancelled' });
    const cancel = new AbortController();
    const waiting = web.request(get(url), cancel.signal);
    cancel.abort();
    expect(await waiting).toMatchObject({ type: 'failed', why: 'cancelled' });
  });
});

describe('the real web', () => {
  const web = createWeb();

  it('sends method and headers', async () => {
    const server = await loopbackServer(({ method, headers }, response) => {
      response.end(`${method} ${headers.authorization}`);
    });
    const request = { ...get(server.origin), method: 'POST', headers: { Authorization: 'Bearer t0ken' } };
    expect(await web.request(request, never)).toMatchObject({ body: 'POST Bearer t0ken' });
  });

  it('takes a redirect for an answer and follows none', async () => {
    const asked: (string | undefined)[] = [];
    const server = await loopbackServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(302, { location: '/login' }).end();
    });
    expect(await web.request(get(`${server.origin}/health`), never)).toMatchObject({ type: 'answered', status: 302 });
    expect(asked).toEqual(['/health']);
  });

  it('takes the first 64 kB of a body that does not end, and lets the server go', async () => {
    const gone: Promise<unknown>[] = [];
    const server = await loopbackServer((_request, response) => {
      gone.push(once(response, 'close'));
      pour(response);
    });
    const answer = await web.request(get(server.origin), never);
    expect(answer.type === 'answered' && answer.body).toBe('x'.repeat(65_536));
    await Promise.all(gone);
  });

  it('counts the body into the time', async () => {
    const server = await loopbackServer((_request: IncomingMessage, response) => {
      response.write('the beginning');
    });
    expect(await web.request(get(server.origin, 100), never)).toMatchObject({ type: 'failed', why: 'timeout' });
  });

  it('trusts no certificate that nobody vouches for, and none in what is not encrypted', async () => {
    const secure = await loopbackServer(
      (_request, response) => response.end(),
      selfSignedCertificate(await temporaryFolder()),
    );
    expect(await web.request(get(secure.origin), never)).toMatchObject({ type: 'failed', why: 'tls' });
    const plain = await loopbackServer((_request, response) => response.end());
    const asTls = plain.origin.replace('http:', 'https:');
    const message = 'SSL routines: wrong version number';
    expect(await web.request(get(asTls), never)).toMatchObject({ type: 'failed', why: 'tls', message });
  });

  it('says that a name has no address, and what else is wrong with an address', async () => {
    expect(await web.request(get('http://nobody.invalid/'), never)).toMatchObject({ type: 'failed', why: 'dns' });
    expect(await web.request(get('not an address'), never)).toMatchObject({ type: 'failed', why: 'other' });
  });

  it('says that the connection was cut', async () => {
    const server = await loopbackServer(({ socket }) => socket.destroy());
    expect(await web.request(get(server.origin), never)).toMatchObject({ type: 'failed', why: 'other' });
  });
});

function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
