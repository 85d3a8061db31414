import {
  type BrokenOff,
  isCommand,
  isCommandType,
  isUnsettled,
  type Ledger,
  type LocallyApplied,
  type RunRecord,
  type World,
} from '../core/index.ts';
import { openProjectHistory } from './attempt.ts';
import { livenessOf } from './liveness.ts';
import { createRunStore, type RunStore } from './run-store.ts';

/** More rows of one target than any project has. */
const everyRow = 10_000_000;

/** The project's own history as the port wants it. `dist` is the folder of the bundles; nothing is loaded before it is asked for. */
export const createLedger = (
  project: string,
  dist: string,
  world: Pick<World, 'processes'> & { readonly leases: Pick<World['leases'], 'read'> },
): Ledger => ({
  async applied(scope, target) {
    const rows = await openProjectHistory(project, dist, world).migrationHistory(target, everyRow);
    const own = rows.filter((row) => row.project === scope && row.status === 'success');
    return new Map(
      own.map(({ file, checksum, appliedAt: at, appliedBy: by }): [string, LocallyApplied] => [
        file,
        { checksum: checksum as LocallyApplied['checksum'], at, by },
      ]),
    );
  },
  async brokenOff(scope, target) {
    const history = openProjectHistory(project, dist, world);
    const records = await history.openCommands(scope, target);
    const broken = records.filter(({ operations }) => operations.some(isUnsettled));
    if (broken.length === 0) return [];
    const store = createRunStore(project);
    const found: BrokenOff[] = [];
    for (const record of broken) {
      if ((await livenessOf(record, store.folder(record.id), world)) === 'dead')
        found.push(...(await brokenOffIn(record, store)));
    }
    const tries = await history.migrationAttempts(target, everyRow);
    const isSettled = ({ run, path }: BrokenOff) => tries.some((one) => one.file === path && one.run > run);
    return found.filter((one) => !isSettled(one));
  },
});

/** The commands of a run that nobody knows the end of and that apply a migration, or may, where the plan is gone. */
async function brokenOffIn({ id: run, operations }: RunRecord, store: RunStore): Promise<readonly BrokenOff[]> {
  const open = operations.filter((one) => isCommandType(one.type) && isUnsettled(one)).map(({ id }) => id);
  const plan = await store.plan(run);
  if (!plan) return open.map((operation) => ({ run, operation, path: undefined }));
  return plan.operations
    .filter(isCommand)
    .flatMap(({ id, applies }) => (applies && open.includes(id) ? [{ run, operation: id, path: applies.path }] : []));
}
