import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject } from '../support/config-project.ts';
import { loopbackServer } from '../support/loopback-web.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { selfSignedCertificate } from '../support/tls-files.ts';

let project: ConfigProject;
afterEach(() => project.remove());

const groups = [{ name: 'site', deploy_command: 'touch deployed' }];

/** What becomes of a health check of which one answer that is not healthy is enough. */
async function checked(url: string, more: object = {}) {
  const check = { url, failure_threshold: 1, ...more };
  project = await configProject({ groups, health_check: check });
  const { code, json } = await project.run();
  const { error } = json.run.operations.find(({ id }) => id === 'health_check') ?? {};
  return { code, error: error?.code, message: error?.message };
}
const waitsLong = { timeout_seconds: 3_600, deadline_seconds: 1 };
const serving = async (listener: RequestListener) => (await loopbackServer(listener)).origin;

describe('a health check', () => {
  it('ends soon after its deadline where no answer ever comes, however long one request may take', async () => {
    const silent = await serving(() => undefined);
    expect(await checked(silent, waitsLong)).toMatchObject({ code: 8, error: 'HEALTH_ERROR' });
  });

  it('ends soon after its deadline where the body never ends', async () => {
    const dripping = await serving((_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    });
    expect(await checked(dripping, waitsLong)).toMatchObject({ code: 8, error: 'HEALTH_ERROR' });
  });

  it('takes a redirect for an answer, which is not the one that is expected', async () => {
    let asked = 0;
    const moved = await serving(({ url }, response) => {
      if (url === '/there') asked++;
      response.writeHead(url === '/there' ? 200 : 302, { location: '/there' }).end();
    });
    expect(await checked(moved)).toMatchObject({
      code: 8,
      error: 'HEALTH_FAILED',
      message: expect.stringContaining('status 302 instead of 200'),
    });
    expect(asked).toBe(0);
  });

  it('is not healthy by an answer that nobody vouches for, and says so on one line', async () => {
    const certificate = selfSignedCertificate(await temporaryFolder());
    const secure = await loopbackServer((_request, response) => response.end(), certificate);
    const { error, message } = await checked(secure.origin);
    expect([error, message]).toEqual(['HEALTH_ERROR', expect.stringContaining('self-signed certificate')]);
    await project.remove();
    const plain = await serving((_request, response) => response.end());
    const asTls = await checked(plain.replace('http:', 'https:'));
    expect(asTls.message).toMatch(/no answer \(SSL routines: wrong version number\)\.$/);
  });

  it.each([
    'ftp://db.example.org/',
    'nonsense',
    'file:///etc/passwd',
    'http://',
    'http://u:pw@127.0.0.1/',
    'http://a b/',
  ])('is refused before anything runs where nobody can ask its address: %s', async (url) => {
    project = await configProject({ groups, health_check: { url } });
    const { code, stderr } = await project.tell(['run', '--target', 'dev']);
    expect([code, stderr]).toEqual([7, expect.stringContaining('"url" must begin with http:// or https://')]);
    expect(stderr).not.toContain('pw');
    await expect(project.read('deployed')).rejects.toThrow('ENOENT');
  });

  it('may take the whole of its address from a variable, or any part of it', async () => {
    const healthy = await serving(({ url }, response) => response.writeHead(url === '/ok/@x' ? 200 : 404).end());
    project = await configProject({ groups, health_check: { url: '${BASE}/${PAGE}/@x' } });
    const { code, stdout } = await project.tell(['run', '--target', 'dev'], { BASE: healthy, PAGE: 'ok' });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Run succeeded')]);
  });
});
