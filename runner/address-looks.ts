import {
  type AddressLook,
  type AddressLooks,
  type DeployConfig,
  lookUpVariable,
  type Plan,
  readAddress,
  type TargetId,
  type TargetLayers,
  type World,
} from '../core/index.ts';
import { readTarget } from './open-target.ts';
import type { Project } from './project.ts';
import { ok, type Result } from './result.ts';

/** Where the values of a target's variables come from. */
interface LookingOptions {
  readonly project: Project;
  readonly world: Pick<World, 'files' | 'processes' | 'variables'>;
  readonly target: TargetId | undefined;
}

/** What variables say that hold addresses of databases, on a target. Nothing is read where there are none. */
export async function lookAtAddresses(
  variables: readonly string[],
  { target, ...options }: LookingOptions,
): Promise<Result<AddressLooks>> {
  if (variables.length === 0 || target === undefined) return ok(new Map());
  const knowledge = await readTarget({ ...options, target });
  if (knowledge.type === 'error') return knowledge;
  const { layers } = knowledge.value;
  return ok(new Map(variables.map((name) => [name, lookAt(name, layers, options.world)])));
}

function lookAt(name: string, layers: TargetLayers, { variables }: LookingOptions['world']): AddressLook {
  const found = lookUpVariable({ kind: 'env', name }, layers, variables);
  if (found.type === 'missing') return { type: 'unset' };
  const read = readAddress(found.value);
  return read.type === 'address' ? { type: 'leads-to', backend: read.address.backend } : read;
}

/** The variables through which a config reaches databases. */
export const addressesOfConfig = (config: DeployConfig | undefined): readonly string[] => [
  ...new Set((config?.databases ?? []).flatMap(({ connectionEnv }) => connectionEnv?.value ?? [])),
];

/** The variables through which a plan reaches databases. */
export const addressesOfPlan = ({ connections }: Pick<Plan, 'connections'>): readonly string[] =>
  Object.values(connections ?? {}).flatMap((one) => ('variable' in one ? [one.variable] : []));
