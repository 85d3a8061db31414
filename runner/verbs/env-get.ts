import {
  isVariableName,
  lookUpVariable,
  missingVariable,
  type Reference,
  type VariableSource,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { readTarget, type TargetOptions } from '../open-target.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';
import { badName } from '../store-values.ts';

export interface VariableView {
  readonly target: string;
  readonly name: string;
  readonly source: VariableSource;
  readonly isSecret: boolean;
  /** Absent for a secret that was not to be revealed. */
  readonly value?: string;
}

/** One variable of a target as a run would see it; without one of that name the secret that `${secret:NAME}` stands for. */
export async function getVariable(
  name: string,
  reveal: boolean,
  options: TargetOptions,
): Promise<Result<VariableView>> {
  if (!isVariableName(name)) return refuse('BAD_VARIABLE_NAME', badName(name), exitCodes.invalidInput);
  const read = await readTarget(options);
  if (read.type === 'error') return read;
  const { layers } = read.value;
  const lookUp = (kind: Reference['kind']) => lookUpVariable({ kind, name }, layers, options.world.variables);
  const variable = lookUp('env');
  const found = variable.type === 'found' ? variable : lookUp('secret');
  if (found.type === 'missing')
    return refuseProblems(missingVariable({ ...variable, kind: 'env', name, neededBy: [] }, layers));
  const { source, isSecret, value } = found;
  return ok({ target: options.target, name, source, isSecret, ...((reveal || !isSecret) && { value }) });
}
