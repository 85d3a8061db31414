import {
  connectionOf,
  type DraftedRollback,
  dialectOf,
  draftRollback,
  type MigrationOperation,
  migrationsOf,
  type Plan,
  prepareScript,
  type RollbackDraft,
  type RunId,
  type RunRecord,
  runStatus,
  standingsOf,
} from '../../core/index.ts';
import { exitCodes, type PlanView, type ScriptDifference } from '../../protocol/index.ts';
import { compileKept, compilePlan } from '../compile-plan.ts';
import { reachedRows } from '../history-view.ts';
import { keptScript, shownScript } from '../kept-scripts.ts';
import { livenessOf } from '../liveness.ts';
import { type ObservedPlan, observePlan } from '../observed-plan.ts';
import { ok, type Result, refuse } from '../result.ts';
import { scriptDifference } from '../script-difference.ts';
import { type PlanOptions, viewOf } from './plan.ts';
import { missingRun } from './resume.ts';

/** What a rollback is planned from: the run that is to be taken back. */
export type RollbackOptions = Pick<PlanOptions, 'project' | 'world' | 'store' | 'by'> & { readonly of: RunId };

/**
 * The plan that takes back what a run applied: read from the run's own plan and journal, from the target's history, and from the rollback
 * scripts as they are now. Changes nothing. Spec: rulings, "Rollback".
 */
export async function planRollback(options: RollbackOptions, signal: AbortSignal): Promise<Result<PlanView>> {
  const found = await endedRun(options);
  if (found.type === 'error') return found;
  const { record, stored } = found.value;
  const observed = await observePlan(stored, options, signal);
  if (observed.type === 'error') return observed;
  const rows = reachedRows(stored, observed.value);
  if (rows.type === 'error') return rows;

  const drafted = await draftOf(record, stored, observed.value, options);
  if (drafted.type === 'nothing') return refuse(drafted.code, drafted.message, exitCodes.invalidInput);
  const made = await restored(drafted.draft, options);
  if (made.type === 'error') return made;
  const { plan, findings } = made.value;
  const standings = standingsOf(plan, observed.value);
  const view = await viewOf(plan, [...drafted.findings, ...findings], { ...observed.value, standings }, options);
  const differences = await rollbackDifferences(plan, stored, observed.value, options);
  return ok({ ...view, ...(differences.length > 0 && { differences }) });
}

/** The run, where it is one that can be taken back at all. */
async function endedRun({
  of,
  store,
  world,
}: RollbackOptions): Promise<Result<{ readonly record: RunRecord; readonly stored: Plan }>> {
  const [record, stored] = await Promise.all([store.record(of), store.plan(of)]);
  if (!record || !stored) return refuse(...missingRun(of, record, stored));
  if (record.purpose.type === 'roll_back') {
    const message = `Run ${of} is itself a rollback, of run ${record.purpose.of}. To have back what it took away, run the plan again: what was rolled back is pending.`;
    return refuse('NOT_A_DEPLOYMENT', message, exitCodes.invalidInput);
  }
  if (record.purpose.type === 'history') {
    const message = `Run ${of} changed only what is recorded and ran nothing: there is nothing to roll back.`;
    return refuse('NOT_A_DEPLOYMENT', message, exitCodes.invalidInput);
  }
  const status = runStatus(record, await livenessOf(record, store.folder(of), world));
  if (status === 'running' || status === 'waiting') {
    const message = `Run ${of} is ${status}: it cannot be rolled back before it has ended. End it with: srdeploy cancel ${of}`;
    return refuse('RUN_NOT_ENDED', message, exitCodes.invalidInput);
  }
  return ok({ record, stored });
}

async function draftOf(
  record: RunRecord,
  stored: Plan,
  { rowsOn }: ObservedPlan,
  options: RollbackOptions,
): Promise<DraftedRollback> {
  const rollbackOf = await rollbacksNow(stored, options);
  const kinds = await kindsOf(stored, rollbackOf, options);
  const fileOf = (path: string) => kinds.get(path) ?? 'gone';
  return draftRollback({ stored, record, rowsOn: (name) => rowsOn(name) ?? [], rollbackOf, fileOf });
}

/** What belongs to each migration as its document or folder says now, where that can still be planned; else as it was planned. */
async function rollbacksNow(
  stored: Plan,
  { project, world }: RollbackOptions,
): Promise<(operation: MigrationOperation) => string | undefined> {
  const { file, kind } = stored.source;
  const database = kind === 'migrations_folder' ? migrationsOf(stored)[0]?.database : undefined;
  const now = await compilePlan({ project, world, file, target: stored.target.id, shape: { database } });
  const said = new Map(
    now.type === 'ok' ? migrationsOf(now.value.plan).map(({ script, rollback }) => [script.path, rollback]) : [],
  );
  return ({ script, rollback }) => {
    const word = said.get(script.path) ?? rollback;
    return typeof word === 'object' ? word.path : word;
  };
}

type FileKind = 'script' | 'empty' | 'gone';

async function kindsOf(
  plan: Plan,
  rollbackOf: (operation: MigrationOperation) => string | undefined,
  { world }: RollbackOptions,
): Promise<ReadonlyMap<string, FileKind>> {
  const kinds = new Map<string, FileKind>();
  for (const operation of migrationsOf(plan)) {
    const path = rollbackOf(operation);
    if (path === undefined || path === 'none' || kinds.has(path)) continue;
    const read = await world.files.readText(path);
    if (read.type !== 'found') kinds.set(path, 'gone');
    else {
      const dialect = dialectOf(connectionOf(plan, operation.connection));
      const { statements, faults } = prepareScript(
        { path, text: read.text, read: () => undefined },
        { dialect, settings: plan.migrations },
        world.syntax,
      );
      // What cannot be read as a script is told as such, not taken for an empty one.
      kinds.set(path, statements.length > 0 || faults.length > 0 ? 'script' : 'empty');
    }
  }
  return kinds;
}

/** Made the way in which it is checked again when it starts, so that the two have one digest. */
async function restored(draft: RollbackDraft, { project, world }: RollbackOptions) {
  const unsigned = { ...draft, digest: '' as Plan['digest'], base: { createdAt: '', lockEpoch: 0 } };
  return compileKept(unsigned, { project, world });
}

/** What was changed in the rollback scripts since the run was planned. Secrets are masked on both sides. */
async function rollbackDifferences(
  plan: Plan,
  stored: Plan,
  { redactor }: ObservedPlan,
  { world, store, of }: RollbackOptions,
): Promise<readonly ScriptDifference[]> {
  const before = new Map(migrationsOf(stored).map(({ id, rollback }) => [id, rollback]));
  const differences: ScriptDifference[] = [];
  for (const { id, rollback: now } of migrationsOf(plan)) {
    const was = before.get(id);
    if (typeof was !== 'object' || typeof now !== 'object' || was.checksum === now.checksum) continue;
    const read = await world.files.readText(now.path);
    const text = read.type === 'found' ? shownScript(read.text, redactor) : '';
    differences.push(scriptDifference(now.path, await keptScript(store.folder(of), was.checksum), text));
  }
  return differences;
}
