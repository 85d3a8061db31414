import { createTargetStore } from '../adapters/index.ts';
import {
  type ConfigVariable,
  databaseNames,
  looksSecret,
  type Operation,
  type Plan,
  type Problem,
  percentDecoded,
  type TargetLayers,
  targetEnvironment,
  targetVariables,
  type WantedVariable,
  type World,
} from '../core/index.ts';
import type { Project } from './project.ts';
import { readEnvFile } from './read-env-file.ts';
import { ok, type Result } from './result.ts';
import { refuseStore } from './store-refusal.ts';

/** The world as a plan's target has it. */
export interface OnTarget {
  /** Whose variables are the target's: what is stored for it, `.env.<target>` and the config stand behind the process environment. */
  readonly world: World;
  /** Values that commands are given and nobody may see. */
  readonly secrets: readonly string[];
  /** What the plan's operations need and nothing gives, all of it, each with the command that sets it. */
  readonly missing: readonly Problem[];
}

/** Spec: rulings, "Environment variables": process environment, then the target's secrets, then the target's variables, then `default`. */
export async function onTarget(
  plan: Plan,
  { project, world }: { readonly project: Project; readonly world: World },
): Promise<Result<OnTarget>> {
  const target = plan.target.id;
  const envFile = await readEnvFile({ world, target });
  if (envFile.type === 'error') return envFile;
  const stored = await createTargetStore({ project: project.root, target, ...world }).read();
  if (stored.type !== 'read') return refuseStore(stored);
  const { environment = {} } = plan;
  const layers: TargetLayers = {
    target,
    secrets: stored.values.secrets,
    stored: stored.values.variables,
    envFile: envFile.value,
    configured: new Map(Object.entries(environment).flatMap(([name, { value }]) => (value ? [[name, value]] : []))),
    declared: new Map(Object.entries(environment).map(([name, { isSecret }]) => [name, declared(isSecret === true)])),
  };
  const found = targetEnvironment([...wantedBy(plan.operations), ...addressesWanted(plan)], layers, world.variables);
  const looking = found.variables.flatMap((one) =>
    one.type === 'found' && looksSecret(one.name, one.value) ? secretsIn(one.value) : [],
  );
  return ok({
    world: { ...world, variables: targetVariables(layers, world.variables) },
    secrets: [...found.secrets, ...looking],
    missing: found.problems,
  });
}

const declared = (isSecret: boolean): ConfigVariable => ({ default: undefined, description: undefined, isSecret });

/** Each name once, with the groups that cannot do without it. */
function wantedBy(operations: readonly Operation[]): readonly WantedVariable[] {
  const wanted = new Map<string, string[]>();
  for (const operation of operations) {
    const wants = 'wants' in operation ? operation.wants : undefined;
    const who = operation.group === undefined ? `operation "${operation.id}"` : `group "${operation.group}"`;
    for (const name of wants?.optional ?? []) if (!wanted.has(name)) wanted.set(name, []);
    for (const name of wants?.required ?? []) {
      const before = wanted.get(name) ?? [];
      wanted.set(name, before.includes(who) ? before : [...before, who]);
    }
  }
  return [...wanted].map(([name, neededBy]) => ({ kind: 'env', name, neededBy }));
}

/** The variables that hold the addresses of databases; commands may want the same ones. */
const addressesWanted = (plan: Plan): readonly WantedVariable[] =>
  Object.entries(plan.connections ?? {}).flatMap(([connection, one]) =>
    'variable' in one
      ? [{ kind: 'env', name: one.variable, neededBy: [`database "${databaseNames(plan, connection)}"`] } as const]
      : [],
  );

/** Of an address its password, as it is written and as it is meant; else the whole value. */
function secretsIn(value: string): readonly string[] {
  if (!URL.canParse(value)) return [value];
  const { password } = new URL(value);
  return password === '' ? [value] : [password, percentDecoded(password)];
}
