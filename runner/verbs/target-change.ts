import { type EditedFile, editTextFile } from '../../adapters/index.ts';
import {
  type AuditAction,
  type AuditDetails,
  changeTarget,
  createRedactor,
  holderLiveness,
  type ReadFile,
  shownTarget,
  type TargetChange,
  type TargetId,
  type TargetView,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { type ConfiguredTargets, targetsIn, textOf, usualConfigFile } from '../configured-targets.ts';
import { mirrorConfig } from '../mirror-config.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';

export interface TargetChangeOptions {
  readonly project: Project;
  readonly world: World;
  /** The folder of the bundles. */
  readonly dist: string;
  /** `user@host`. */
  readonly by: string;
}

export interface ChangedTarget {
  /** Relative to the project. */
  readonly file: string;
  /** `created`: the deploy config did not exist before. */
  readonly outcome: 'created' | 'changed' | 'unchanged';
  /** As it is now; undefined where it was removed. */
  readonly target: TargetView | undefined;
  /** Why the history's table of targets does not say the same; the next change makes it. */
  readonly notMirrored: string | undefined;
}

type Decided =
  | { readonly type: 'write'; readonly text: string; readonly isNew: boolean }
  | { readonly type: 'answer'; readonly result: Result<ChangedTarget> };

/** Adds, changes or removes a target in the deploy config, in place. Spec: orchestration, "Deployment Target Management". */
export const changeConfiguredTarget = (
  change: TargetChange,
  options: TargetChangeOptions,
): Promise<Result<ChangedTarget>> => refusedUnrecorded(() => edit(change, options));

/** Recorded before it is done, and again where it came to nothing. */
async function edit(change: TargetChange, options: TargetChangeOptions): Promise<Result<ChangedTarget>> {
  const { project, world } = options;
  const file = project.configFile ?? usualConfigFile;
  let decided = undefined as Decided | undefined; // Set while the file is held.
  const edited = await editTextFile(
    { project: project.root, path: file, processes: world.processes },
    async (found) => {
      decided = await decide(file, found, change, world);
      if (decided.type === 'answer') return undefined;
      await record(actions[change.type], change, file, options);
      return decided.text;
    },
  );
  if (decided?.type === 'answer') return decided.result;
  if (edited.type === 'written' && decided) return written(file, decided, change.id, options);
  if (decided) await record('target.not-changed', change, file, options);
  return notWritten(file, edited);
}

const actions = { add: 'target.added', update: 'target.updated', remove: 'target.removed' } as const;

async function decide(file: string, found: ReadFile, change: TargetChange, world: World): Promise<Decided> {
  const answer = (result: Result<ChangedTarget>): Decided => ({ type: 'answer', result });
  const text = textOf(file, found);
  if (text.type === 'error') return answer(text);
  const changed = changeTarget(file, text.value, change);
  if (changed.type === 'refused') return answer(refuseProblems(changed.problems));
  if (changed.type === 'unchanged') return answer(unchanged(file, text.value ?? '', change.id));
  const held = change.type === 'remove' ? await whoHolds(change.id, world) : undefined;
  return held ? answer(held) : { type: 'write', text: changed.text, isNew: text.value === undefined };
}

/** A lease whose holder may live keeps its target: what goes on there looks it up again. */
async function whoHolds(target: TargetId, { leases, processes }: World): Promise<Result<never> | undefined> {
  const { lease } = (await leases.read(target)).state;
  if (!lease || (await holderLiveness(lease, processes)) === 'dead') return undefined;
  const message = `The target "${target}" is held by run ${lease.run} of ${lease.holder.who}. Remove it when that has ended: srdeploy lock status ${target}`;
  return refuse('TARGET_HELD', message, exitCodes.locked);
}

function unchanged(file: string, text: string, id: TargetId): Result<ChangedTarget> {
  const now = targetsIn(file, text);
  if (now.type === 'error') return now;
  return ok({ file, outcome: 'unchanged', target: viewOf(now.value, id), notMirrored: undefined });
}

const viewOf = ({ targets }: ConfiguredTargets, id: TargetId): TargetView | undefined =>
  targets.filter((one) => one.id === id).map(shownTarget)[0];

async function written(
  file: string,
  { text, isNew }: Extract<Decided, { type: 'write' }>,
  id: TargetId,
  options: TargetChangeOptions,
): Promise<Result<ChangedTarget>> {
  const now = targetsIn(file, text);
  if (now.type === 'error') return now;
  const notMirrored = now.value.config && (await mirrorConfig(now.value.config, options));
  return ok({ file, outcome: isNew ? 'created' : 'changed', target: viewOf(now.value, id), notMirrored });
}

function notWritten(file: string, edited: EditedFile): Result<never> {
  switch (edited.type) {
    case 'busy': {
      const message = `Process ${edited.pid} on ${edited.host} is changing ${file}. Try again when it has ended.`;
      return refuse('CONFIG_BUSY', message, exitCodes.locked);
    }
    case 'refused':
      return refuse('CONFIG_NOT_WRITTEN', `${file} was not changed: ${edited.message}`, exitCodes.unknown);
    default: {
      const message = `${file} was changed by somebody else in this moment, and was left as it is. Try again.`;
      return refuse('CONFIG_CHANGED', message, exitCodes.locked);
    }
  }
}

const record = (action: AuditAction, change: TargetChange, file: string, { world, by }: TargetChangeOptions) =>
  recordFirst(
    world.audit,
    [{ action, by, target: change.id, details: { file, ...detailsOf(change) } }],
    createRedactor([]),
  );

/** Values only of what decides how careful the engine is and where it goes; of the rest the names, because a value may be a secret. */
const told = ['name', 'kind', 'connection_ref', 'type', 'provider', 'host', 'region', 'min_approvals', 'self_approval'];

function detailsOf(change: TargetChange): AuditDetails {
  if (change.type === 'remove') return {};
  const set = change.set.map(({ path, value }) => {
    const name = path.join('.');
    return told.includes(name) ? `${name}=${value}` : name;
  });
  return { set, ...(change.type === 'update' && { unset: change.unset.map((path) => path.join('.')) }) };
}
