import { dialectOf } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import type { MigrationSettings, Plan } from '../model/plan.ts';
import type { MigrationPlace, PlanDocument } from '../model/plan-document.ts';
import { isError, type Problem, unplacedProblem } from '../model/problem.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { isDeployConfigName } from '../read/project-root.ts';
import { scriptRef } from './checksums.ts';
import { compileOperations, scriptPaths } from './compile-operations.ts';
import { planDigest } from './digest.ts';
import type { PlanInputs } from './gather.ts';
import { type PreparedScript, prepareScript } from './prepare-script.ts';
import { resolveTarget } from './resolve-target.ts';
import { includedPaths } from './script-files.ts';
import { scriptProblems } from './script-problems.ts';
import { scriptUses, useKey } from './script-uses.ts';
import { togetherProblems } from './together-problems.ts';
import { type TransactionMode, transactionMode } from './transaction-mode.ts';
import { versionProblems } from './version-problems.ts';

export type PlanResult =
  | {
      readonly type: 'planned';
      readonly plan: Plan;
      readonly findings: readonly Problem[];
      /** How each script is applied, by `useKey`, as far as that is known without asking the server. */
      readonly modes: ReadonlyMap<string, TransactionMode>;
    }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/** A plan whose digest is taken when it is complete. */
export type DraftResult =
  | (Omit<Extract<PlanResult, { type: 'planned' }>, 'plan'> & { readonly plan: Omit<Plan, 'digest'> })
  | Extract<PlanResult, { type: 'refused' }>;

/** Compiles gathered inputs to a plan, or says everything that keeps it from being one. Deterministic and pure. */
export function makePlan(
  inputs: PlanInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): PlanResult {
  const made = draftPlan(inputs, world);
  return made.type === 'refused' ? made : { ...made, plan: signed(made.plan, world.hasher) };
}

export const signed = (plan: Omit<Plan, 'digest'>, hasher: Hasher): Plan => ({
  ...plan,
  digest: planDigest(plan, hasher),
});

/** As `makePlan`, for who adds to the plan. */
export function draftPlan(
  inputs: PlanInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): DraftResult {
  const { document, config } = inputs;
  if (!document) return { type: 'refused', problems: inputs.problems };
  if (isConfigBroken(inputs)) return { type: 'refused', problems: inputs.problems };
  const resolved = resolveTarget(document, config, inputs.target);
  if (resolved.type === 'refused') return { type: 'refused', problems: [...inputs.problems, ...resolved.problems] };

  const { connection } = resolved;
  const connectionFor = (name: string | undefined) => (name === undefined ? connection : inputs.connections.get(name));
  // Without a connection there are no scripts.
  const dialectFor = (name: string | undefined) => dialectOf(connectionFor(name) ?? { backend: 'sqlite' });
  const textOf = (path: string) => textIn(inputs, path);
  const settings = { ...config?.migrations, values: resolved.variables };
  const scripts = scriptUses(document).flatMap((use) => {
    const text = textOf(use.path);
    if (text === undefined) return [];
    const rules = { dialect: dialectFor(use.connection), settings };
    return [{ use, script: prepareScript({ path: use.path, text, read: textOf }, rules, world.syntax) }];
  });
  const modes = new Map(
    scripts.map(({ use, script }) => [useKey(use), transactionMode(script, dialectFor(use.connection))]),
  );
  const inScripts = [
    ...eachOnce(
      scripts.flatMap(({ use, script }) => {
        const via = connectionFor(use.connection);
        return via ? scriptProblems(script, via) : [];
      }),
    ),
    ...(inputs.transaction === 'all' ? togetherProblems(document, modes) : []),
  ];
  const others = [...unreadableScripts(document, inputs), ...versionProblems(document)];
  const problems = [...inputs.problems, ...inScripts, ...others];
  const refusing = inputs.tellsScripts ? [...inputs.problems, ...others] : problems;
  const missing = refusing.some(isError) ? [] : missingScripts(document, inputs);
  if (missing.length > 0 || refusing.some(isError)) return { type: 'refused', problems: [...problems, ...missing] };

  const refOf = (path: string, via: MigrationPlace | undefined) => {
    const text = textOf(path) ?? '';
    const dialect = dialectFor(via?.connection);
    const included = includedPaths({ path, text }, dialect, world.syntax, textOf);
    return scriptRef(
      path,
      text,
      dialect,
      world,
      included.map((one) => ({ path: one, text: textOf(one) ?? '' })),
    );
  };
  const migrations = usedSettings(
    config,
    resolved.variables,
    scripts.map(({ script }) => script),
  );
  const unsigned = {
    v: 1 as const,
    source: {
      kind: 'plan_document' as const,
      file: document.file,
      planId: document.planId.value,
      name: document.name,
      createdBy: document.createdBy,
    },
    project: config?.project ?? '',
    target: resolved.target,
    connection,
    ...(inputs.connections.size > 0 && { connections: Object.fromEntries(inputs.connections) }),
    scope: [],
    approval: resolved.approval,
    ...(inputs.transaction === 'all' && { transaction: 'all' as const }),
    ...(migrations && { migrations }),
    ...(config?.log && { log: config.log }),
    operations: compileOperations(document, refOf),
  };
  const base = { createdAt: inputs.createdAt.toISOString(), lockEpoch: inputs.lockEpoch };
  return {
    type: 'planned',
    plan: { ...unsigned, base },
    findings: problems,
    modes,
  };
}

/** A script that two databases have has its problems once. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
}

/** What the config says of migrations, and the variables that the scripts name; undefined where there is neither. */
function usedSettings(
  config: DeployConfig | undefined,
  variables: Readonly<Record<string, string>>,
  scripts: readonly PreparedScript[],
): MigrationSettings | undefined {
  const names = [...new Set(scripts.flatMap(({ usedValues }) => usedValues))].sort();
  const values = Object.fromEntries(names.map((name) => [name, variables[name] ?? '']));
  const settings = { ...config?.migrations, ...(names.length > 0 && { values }) };
  return Object.keys(settings).length > 0 ? settings : undefined;
}

/** A config with errors is told as such: that its targets and connections are not known follows from it. */
const isConfigBroken = ({ config, problems }: PlanInputs): boolean =>
  !config && problems.some((one) => isError(one) && isDeployConfigName(one.file?.split('/').at(-1) ?? ''));

function textIn(inputs: PlanInputs, path: string): string | undefined {
  const read = inputs.scripts.get(path);
  return read?.type === 'found' ? read.text : undefined;
}

/** The scripts that the document names, with what reading them came to. Files that they read are told where they are read. */
const namedScripts = (document: PlanDocument, inputs: PlanInputs) =>
  scriptPaths(document).map((path) => ({ path, read: inputs.scripts.get(path) }));

/** Missing scripts and paths outside the project are found by the rules; what only reading shows is found here. */
function unreadableScripts(document: PlanDocument, inputs: PlanInputs): Problem[] {
  return namedScripts(document, inputs).flatMap(({ path, read }) => {
    if (read?.type === 'unreadable')
      return [unplacedProblem('SCRIPT_UNREADABLE', `${path} cannot be read: ${read.message}`)];
    if (read?.type === 'not-a-file') return [unplacedProblem('SCRIPT_NOT_A_FILE', `${path} is not a file.`)];
    return [];
  });
}

/** The rules say it with its place; where they know no better, a script that could not be read still never runs as an empty one. */
function missingScripts(document: PlanDocument, inputs: PlanInputs): Problem[] {
  return namedScripts(document, inputs).flatMap(({ path, read }) => {
    if (read?.type === 'missing') return [unplacedProblem('P002', `The script "${path}" does not exist.`)];
    return read?.type === 'outside' ? [unplacedProblem('P016', `The script "${path}" lies outside the project.`)] : [];
  });
}
