import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fleetId, runId, targetId } from '../../../core/index.ts';
import { pruneFleets } from '../../../runner/fleet/prune-fleets.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeIdentity, fakeProcesses } from '../../support/fake-processes.ts';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'srd-fleets-'));
});
afterEach(() => rm(project, { recursive: true }));

const clock = fakeClock();
const [kept, gone] = [runId('20251101-120000-00aaaa'), runId('20251101-120000-00bbbb')];

async function fleet(id: string, ...events: readonly object[]): Promise<void> {
  const folder = join(project, '.srdeploy/fleets', id);
  await mkdir(folder, { recursive: true });
  const targets = [targetId('a1')];
  const created = { type: 'fleet.created', fleet: fleetId(id), by: 'dana', file: 'm', name: 'M', targets };
  const lines = events.length === 0 ? [] : [created, ...events];
  const text = lines.map((event) => `${JSON.stringify({ ...event, v: 1, at: '2025-11-01T12:00:00.000Z' })}\n`).join('');
  await writeFile(join(folder, 'events.jsonl'), text);
}

const policy = { parallel: 1, maxFailures: 0, canary: 0 };
const started = (pid: number) => ({ type: 'fleet.started', by: 'dana', process: fakeIdentity(pid), ...policy });
const ran = (run: string) => ({ type: 'target.started', target: 'a1', run });

it('fleets go that are old and of which no run is left; what goes on, is young or cannot be read stays', async () => {
  const processes = fakeProcesses();
  await fleet('fleet-20251101-120000-00aaaa', started(7), ran(gone));
  await fleet('fleet-20251101-120000-00bbbb', started(7), ran(kept));
  await fleet('fleet-20251101-120000-00cccc');
  await fleet('fleet-20251101-120000-00dddd', started(100), ran(gone));
  await fleet('fleet-20260201-120000-00eeee', started(7), ran(gone));
  await pruneFleets({ project, world: { clock, processes }, days: 30, runs: [kept] });
  expect((await readdir(join(project, '.srdeploy/fleets'))).map((name) => name.slice(-4))).toEqual([
    'bbbb',
    'cccc',
    'dddd',
    'eeee',
  ]);
});
