import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeJournalLine, type RunEvent, type RunEventBody, runId } from '../../core/index.ts';
import { createRunStore, readControlAddress } from '../../runner/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = runId('20260205-120000-aaaaaa');
const created: RunEventBody = {
  type: 'run.created',
  run,
  planDigest: 'd' as never,
  planFile: 'deployments/plan.srdeploy',
  planName: 'A plan',
  project: '',
  target: 'staging' as never,
  by: 'ann',
  operations: [{ id: 's1' as never, type: 'migration', name: 's1', phase: 'step' }],
};

async function storeWith(...bodies: RunEventBody[]) {
  const project = await temporaryFolder();
  const store = createRunStore(project);
  await mkdir(store.folder(run), { recursive: true });
  const events = bodies.map(
    (body, i) => ({ ...body, v: 1, seq: i + 1, at: '2026-02-05T12:00:00.000Z', attempt: 1 }) as RunEvent,
  );
  const journal = join(store.folder(run), 'events.jsonl');
  if (events.length > 0) await writeFile(journal, events.map(encodeJournalLine).join(''));
  return { store, journal, folder: store.folder(run) };
}

describe('the folders of runs', () => {
  it('tell a record from a journal that is torn or damaged in the middle', async () => {
    const { store, journal } = await storeWith(created, {
      type: 'attempt.started',
      by: 'ann',
      host: 'h',
      pid: 1,
      planDigest: 'd' as never,
    });
    await appendFile(journal, 'garbage{{{\n');
    await appendFile(
      journal,
      '{"type":"operation.started","operation":"s1","try":1,"v":1,"seq":4,"at":"x","attempt":1}\n',
    );
    await appendFile(journal, '{"type":"run.finis');
    expect(await store.record(run)).toMatchObject({
      lastSeq: 4,
      attempts: [{ attempt: 1 }],
      operations: [{ attempts: 1 }],
    });
  });

  it('have no record where there is no journal, or one that does not begin', async () => {
    expect(await (await storeWith()).store.record(run)).toBeUndefined();
    expect(await (await storeWith({ type: 'cancel.requested', by: 'ann' })).store.record(run)).toBeUndefined();
  });

  it.each(['', '{}', 'null', '[]', '{"v":1', '{"v":2,"source":{},"target":{},"operations":[]}'])(
    'have no plan where the stored one is broken: %s',
    async (text) => {
      const { store, folder } = await storeWith(created);
      expect(await store.plan(run)).toBeUndefined();
      await writeFile(join(folder, 'plan.json'), text);
      expect(await store.plan(run)).toBeUndefined();
    },
  );

  it.each(['', '{}', 'null', '{"process":{"pid":1}}', '{"address":"","process":{"pid":1,"host":"h"}}', 'xx'])(
    'have nobody who listens where the control address is broken: %s',
    async (text) => {
      const { folder } = await storeWith(created);
      await writeFile(join(folder, 'control.json'), text);
      expect(await readControlAddress(folder)).toBeUndefined();
    },
  );
});
