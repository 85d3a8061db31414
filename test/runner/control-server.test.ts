import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationId, runId } from '../../core/index.ts';
import { startControlServer } from '../../runner/control/control-server.ts';
import { createOperatorDesk, readControlAddress, sendControl } from '../../runner/index.ts';
import { fakeIdentity } from '../support/fake-processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = runId('20260205-120000-aaaaaa');

async function listening() {
  const folder = await temporaryFolder();
  const desk = createOperatorDesk();
  const cancels: string[] = [];
  const cancel = (by: string) => void cancels.push(by);
  const server = await startControlServer(folder, { run, process: fakeIdentity(1), desk, cancel }, process.env);
  return { folder, desk, cancels, server };
}

describe('the control socket', () => {
  it('takes a cancel with who asked, and refuses a pause that nobody waits at', async () => {
    const { folder, cancels, server } = await listening();
    expect(await sendControl(folder, run, 'kim', { type: 'cancel' })).toEqual({ type: 'accepted' });
    expect(cancels).toEqual(['kim']);
    const answer = await sendControl(folder, run, 'kim', { type: 'continue', operation: operationId('p') });
    expect(answer).toMatchObject({ type: 'refused', message: expect.stringContaining('does not wait') });
    await server.close();
  });

  it('gives a pause to who continued it, and forgets the wait when it is cancelled', async () => {
    const { folder, desk, server } = await listening();
    const pause = operationId('p');
    const abort = new AbortController();
    const continued = desk.operator.continued(pause, abort.signal);
    expect(await sendControl(folder, run, 'kim', { type: 'continue', operation: pause })).toEqual({ type: 'accepted' });
    expect(await continued).toBe('kim');
    const cancelled = desk.operator.continued(pause, abort.signal);
    abort.abort();
    expect(await cancelled).toBeUndefined();
    expect(desk.continue(pause, 'late')).toBe(false);
    await server.close();
  });

  it('refuses who means another run', async () => {
    const { folder, server } = await listening();
    const other = runId('20260205-120000-bbbbbb');
    expect(await sendControl(folder, other, 'kim', { type: 'cancel' })).toMatchObject({ type: 'refused' });
    await server.close();
  });

  it('closes also where its address cannot be taken away: a run that is done did not fail for that', async () => {
    const { folder, server } = await listening();
    await rm(join(folder, 'control.json'));
    await mkdir(join(folder, 'control.json'));
    await server.close();
    expect(await sendControl(folder, run, 'kim', { type: 'cancel' })).toMatchObject({ type: 'nobody' });
  });

  it('leaves neither address nor socket behind, and then nobody is there', async () => {
    const { folder, server } = await listening();
    const address = (await readControlAddress(folder))?.address ?? '';
    expect(existsSync(address)).toBe(true);
    await server.close();
    expect([existsSync(address), existsSync(join(folder, 'control.json'))]).toEqual([false, false]);
    expect(await sendControl(folder, run, 'kim', { type: 'cancel' })).toMatchObject({ type: 'nobody' });
  });

  it('does not go on listening where its address cannot be written', async () => {
    const sockets = await temporaryFolder();
    const handlers = { run, process: fakeIdentity(1), desk: createOperatorDesk(), cancel: () => undefined };
    const starting = startControlServer('/nonexistent/folder', handlers, { XDG_RUNTIME_DIR: sockets });
    await expect(starting).rejects.toThrow('ENOENT');
    expect(await readdir(join(sockets, 'srdeploy'))).toEqual([]);
  });
});
