import {
  knownVariables,
  shownValue,
  type TargetEnvironment,
  targetEnvironment,
  type VariableSource,
} from '../../core/index.ts';
import type { FindingView } from '../../protocol/index.ts';
import { readTarget, type TargetOptions } from '../open-target.ts';
import { findingView, ok, type Result } from '../result.ts';

/** A variable as a list shows it. */
export interface ListedVariable {
  readonly name: string;
  /** `secret`: what `${secret:NAME}` stands for. */
  readonly kind: 'env' | 'secret';
  /** Undefined: it has no value. */
  readonly source: VariableSource | undefined;
  readonly isSecret: boolean;
  /** Masked as far as it is a secret or looks like one; absent without a value. */
  readonly value?: string;
  /** Who cannot do without it. */
  readonly neededBy: readonly string[];
}

export interface VariablesView {
  readonly target: string;
  readonly variables: readonly ListedVariable[];
  /** What is needed and missing, each with the command that sets it. */
  readonly missing: readonly FindingView[];
}

/** Every variable that is known on a target, and what is missing. Changes nothing. */
export async function listVariables(options: TargetOptions): Promise<Result<VariablesView>> {
  const read = await readTarget(options);
  if (read.type === 'error') return read;
  const { config, layers } = read.value;
  const { variables, problems } = targetEnvironment(knownVariables(config, layers), layers, options.world.variables);
  return ok({ target: options.target, variables: variables.map(listed), missing: problems.map(findingView) });
}

function listed(variable: TargetEnvironment['variables'][number]): ListedVariable {
  const { name, kind, isSecret, neededBy } = variable;
  const bare = { name, kind, isSecret, neededBy };
  if (variable.type === 'missing') return { ...bare, source: undefined };
  return { ...bare, source: variable.source, value: shownValue(name, variable.value, isSecret) };
}
