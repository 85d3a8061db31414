import {
  type RollbackView,
  type RunId,
  type RunRecord,
  type RunView,
  runStatus,
  runView,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { livenessOf } from '../liveness.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';

type Observed = Pick<World, 'leases' | 'processes'>;

/** One run as it stands now, by its journal. */
export async function showRun(store: RunStore, run: RunId, world: Observed): Promise<RunView | undefined> {
  const record = await store.record(run);
  return record && viewRun(record, store, world);
}

/** A record as it stands now, with the runs that took it back. */
export async function viewRun(record: RunRecord, store: RunStore, world: Observed): Promise<RunView> {
  const liveness = await livenessOf(record, store.folder(record.id), world);
  const isLost = liveness === 'dead' && record.end.type === 'open';
  // It may have ended between the two looks: its end stands in the journal before its runner goes.
  const current = isLost ? ((await store.record(record.id)) ?? record) : record;
  return runView(current, liveness, await rollbackViews(current, store, world));
}

async function rollbackViews(
  { id, purpose }: RunRecord,
  store: RunStore,
  world: Observed,
): Promise<readonly RollbackView[]> {
  const runs = purpose.type === 'deploy' ? await store.rollbacks(id) : [];
  const views = await Promise.all(
    runs.map(async (run): Promise<RollbackView[]> => {
      const record = await store.record(run);
      // One that never began, or that was removed with old runs, has no journal.
      return record ? [{ run, status: runStatus(record, await livenessOf(record, store.folder(run), world)) }] : [];
    }),
  );
  return views.flat();
}

/** The run that a person names. */
export async function namedRun(store: RunStore, word: string): Promise<Result<RunId>> {
  const found = await store.find(word);
  switch (found.type) {
    case 'found':
      return ok(found.run);
    case 'none':
      return refuse(
        'NO_SUCH_RUN',
        `There is no run "${word}" in this project. List them with: srdeploy runs list`,
        exitCodes.invalidInput,
      );
    case 'several':
      return refuse(
        'AMBIGUOUS_RUN',
        `"${word}" fits several runs: ${found.runs.join(', ')}. Write more of the id.`,
        exitCodes.invalidInput,
      );
  }
}
