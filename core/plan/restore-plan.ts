import type { DeployConfig } from '../model/deploy-config.ts';
import type { MigrationOperation, Operation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { withAddressVariables } from './address-variables.ts';
import { planDigest } from './digest.ts';
import { folderDocument } from './folder-document.ts';
import { type GatherWorld, gatherFor, type PlanInputs } from './gather.ts';
import { makePlan, type PlanResult } from './make-plan.ts';
import type { MigrationFile } from './migration-files.ts';
import { migrationsOf } from './migration-states.ts';
import type { AddressLooks } from './planned-connections.ts';
import { useKey } from './script-uses.ts';

/**
 * Reads again what a stored plan names: its scripts, the config, the target. For plans that no single document gives again: those of a
 * folder, into which files may have come since, and those that change the history.
 */
export const gatherStored = (
  stored: Plan,
  world: GatherWorld,
  request: {
    readonly configFile: string | undefined;
    readonly createdAt: Date;
    readonly addresses?: AddressLooks;
  },
): Promise<PlanInputs> =>
  gatherFor({ document: documentOf(stored, undefined), problems: [] }, world, { ...request, target: stored.target.id });

/**
 * The stored plan as the project gives it now: the same operations with the checksums that their scripts have now, the target and the
 * connection as they are configured now. Spec: rulings, "Resume".
 */
export function restorePlan(
  stored: Plan,
  inputs: PlanInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): PlanResult {
  const syntax = isHistory(stored) ? unread(world.syntax) : world.syntax;
  const made = makePlan(
    {
      ...inputs,
      document: documentOf(stored, inputs.config),
      tellsScripts: stored.source.kind === 'migrations_folder',
      ...(stored.transaction && { transaction: stored.transaction }),
    },
    { ...world, syntax },
  );
  const isOwn = ({ file }: { readonly file: string | undefined }) => file !== stored.source.file;
  if (made.type === 'refused') return { ...made, problems: made.problems.filter(isOwn) };
  const plan: Plan = {
    ...withAddressVariables(made.plan, inputs.config),
    ...(stored.connections && !stored.connection && { connection: undefined }),
    source: stored.source,
    ...(stored.purpose && { purpose: stored.purpose }),
    operations: withScriptsNow(stored.operations, made.plan),
  };
  return { ...made, plan: { ...plan, digest: planDigest(plan, world.hasher) }, findings: made.findings.filter(isOwn) };
}

const isHistory = ({ purpose }: Plan): boolean => purpose?.type === 'history';

/** What changes the history alone runs no script: whatever stands in it, it can be recorded. */
export const unread = (syntax: SqlSyntax): SqlSyntax => ({
  ...syntax,
  split: () => ({ statements: [], directives: [], problems: [] }),
});

/** The migrations of a plan in the form that plans are compiled from. */
function documentOf(stored: Plan, config: DeployConfig | undefined): PlanDocument {
  const files = stored.operations.flatMap(fileOf);
  const document = folderDocument(
    stored.source.file,
    files.map(({ file }) => file),
    config,
    stored.target.id,
  );
  const approvalRequired =
    stored.source.kind === 'migrations_folder' && !isHistory(stored)
      ? document.approvalRequired
      : stored.approval.required;
  const isConfigured = config?.targets.has(stored.target.id) === true;
  return {
    ...document,
    steps: document.steps.map((step, i) => ({
      ...step,
      id: { ...step.id, value: files[i]?.of.id ?? step.id.value },
      ...viaOf(files[i]?.of),
    })),
    planId: { ...document.planId, value: stored.source.planId },
    approvalRequired,
    ...(stored.source.kind === 'plan_document' && !isConfigured && { targetEnv: ownTarget(stored, document) }),
  };
}

/** A document may name a target that no config knows. */
function ownTarget({ target, connection }: Plan, { targetEnv }: PlanDocument): PlanDocument['targetEnv'] {
  return {
    id: { ...targetEnv.id, value: target.id },
    name: target.name,
    backend: { ...targetEnv.backend, value: connection?.backend ?? targetEnv.backend.value },
    connectionRef: { ...targetEnv.connectionRef, value: target.connectionRef ?? '' },
  };
}

const viaOf = ({ connection, database }: Partial<MigrationOperation> = {}) =>
  connection === undefined || database === undefined ? {} : { via: { connection, database } };

function fileOf(operation: Operation): { readonly file: MigrationFile; readonly of: MigrationOperation }[] {
  if (operation.type !== 'migration') return [];
  const { script, rollback, action } = operation;
  const back = typeof rollback === 'object' ? rollback.path : undefined;
  // The migration itself is not run: its file may be gone or different by now.
  if (action === 'roll_back') return back === undefined ? [] : [{ file: fileAt(back, undefined), of: operation }];
  return [{ file: fileAt(script.path, back), of: operation }];
}

const fileAt = (path: string, rollback: string | undefined): MigrationFile => ({
  path,
  kind: 'named',
  version: undefined,
  description: '',
  rollback,
});

/** Each operation keeps everything but its checksums; scripts are matched by their paths and connections. */
function withScriptsNow(operations: readonly Operation[], now: Plan): readonly Operation[] {
  const fresh = new Map(migrationsOf(now).map((one) => [keyOf(one, one.script.path), one]));
  return operations.map((operation) => {
    if (operation.type !== 'migration') return operation;
    if (operation.action === 'roll_back' && typeof operation.rollback === 'object') {
      const found = fresh.get(keyOf(operation, operation.rollback.path));
      return { ...operation, rollback: found?.script ?? operation.rollback };
    }
    const found = fresh.get(keyOf(operation, operation.script.path));
    if (!found) return operation;
    const rollback = typeof operation.rollback === 'object' ? found.rollback : operation.rollback;
    return { ...operation, script: found.script, rollback };
  });
}

const keyOf = ({ connection }: MigrationOperation, path: string): string => useKey({ path, connection });
