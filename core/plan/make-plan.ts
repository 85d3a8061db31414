import type { Plan } from '../model/plan.ts';
import { isError, type Problem, unplacedProblem } from '../model/problem.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { isDeployConfigName } from '../read/project-root.ts';
import { scriptRef } from './checksums.ts';
import { compileOperations, scriptPaths } from './compile-operations.ts';
import { planDigest } from './digest.ts';
import type { PlanInputs } from './gather.ts';
import { resolveTarget } from './resolve-target.ts';
import { scriptProblems } from './script-problems.ts';

export type PlanResult =
  | { readonly type: 'planned'; readonly plan: Plan; readonly findings: readonly Problem[] }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/** Compiles gathered inputs to a plan, or says everything that keeps it from being one. Deterministic and pure. */
export function makePlan(
  inputs: PlanInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): PlanResult {
  const { document, config } = inputs;
  if (!document) return { type: 'refused', problems: inputs.problems };
  if (isConfigBroken(inputs)) return { type: 'refused', problems: inputs.problems };
  const resolved = resolveTarget(document, config, inputs.target);
  if (resolved.type === 'refused') return { type: 'refused', problems: [...inputs.problems, ...resolved.problems] };

  const dialect = resolved.connection.backend;
  const texts = new Map(scriptPaths(document).flatMap((path) => textOf(inputs, path)));
  const problems = [
    ...inputs.problems,
    ...[...texts].flatMap(([path, text]) => scriptProblems(path, text, dialect, world.syntax)),
    ...unreadableScripts(inputs),
  ];
  const missing = problems.some(isError) ? [] : missingScripts(inputs);
  if (missing.length > 0 || problems.some(isError)) return { type: 'refused', problems: [...problems, ...missing] };

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
    connection: resolved.connection,
    scope: [],
    approval: resolved.approval,
    operations: compileOperations(document, (path) => scriptRef(path, texts.get(path) ?? '', dialect, world)),
  };
  const base = { createdAt: inputs.createdAt.toISOString(), lockEpoch: inputs.lockEpoch };
  return {
    type: 'planned',
    plan: { ...unsigned, digest: planDigest(unsigned, world.hasher), base },
    findings: problems,
  };
}

/** A config with errors is told as such: that its targets and connections are not known follows from it. */
const isConfigBroken = ({ config, problems }: PlanInputs): boolean =>
  !config && problems.some((one) => isError(one) && isDeployConfigName(one.file?.split('/').at(-1) ?? ''));

function textOf(inputs: PlanInputs, path: string): [string, string][] {
  const read = inputs.scripts.get(path);
  return read?.type === 'found' ? [[path, read.text]] : [];
}

/** Missing scripts and paths outside the project are found by the rules; what only reading shows is found here. */
function unreadableScripts(inputs: PlanInputs): Problem[] {
  return [...inputs.scripts].flatMap(([path, read]) => {
    if (read.type === 'unreadable')
      return [unplacedProblem('SCRIPT_UNREADABLE', `${path} cannot be read: ${read.message}`)];
    if (read.type === 'not-a-file') return [unplacedProblem('SCRIPT_NOT_A_FILE', `${path} is not a file.`)];
    return [];
  });
}

/** The rules say it with its place; where they know no better, a script that could not be read still never runs as an empty one. */
function missingScripts(inputs: PlanInputs): Problem[] {
  return [...inputs.scripts].flatMap(([path, read]) => {
    if (read.type === 'missing') return [unplacedProblem('P002', `The script "${path}" does not exist.`)];
    return read.type === 'outside' ? [unplacedProblem('P016', `The script "${path}" lies outside the project.`)] : [];
  });
}
