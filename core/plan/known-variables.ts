import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetLayers } from './look-up-variable.ts';
import type { Reference } from './reference.ts';
import { referencesOf } from './references.ts';
import type { WantedVariable } from './target-environment.ts';

/**
 * Every name that is known on a target: what groups, databases and its connection need, then what is only declared, configured or stored.
 * Each once, the needed ones in the order of the config, the others by name. `groups`: only what these need; undefined: all.
 */
export function knownVariables(
  config: DeployConfig | undefined,
  layers: TargetLayers,
  groups?: readonly string[],
): readonly WantedVariable[] {
  const wanted = new Map<string, WantedVariable>();
  const want = ({ kind, name }: Reference, neededBy: readonly string[]) => {
    const before = wanted.get(`${kind}:${name}`)?.neededBy ?? [];
    wanted.set(`${kind}:${name}`, { kind, name, neededBy: [...new Set([...before, ...neededBy])] });
  };
  for (const [reference, who] of config ? needs(config, layers, groups) : []) want(reference, [who]);
  const { declared, configured, envFile, stored, secrets } = layers;
  const known = [declared, configured, envFile, stored, secrets].flatMap((layer) => [...layer.keys()]);
  for (const name of [...new Set(known)].sort()) {
    // A secret that something refers to as one is no variable besides.
    if (secrets.has(name) && wanted.has(`secret:${name}`)) continue;
    want({ kind: 'env', name }, []);
  }
  return [...wanted.values()];
}

function needs(
  config: DeployConfig,
  { target }: TargetLayers,
  groups: readonly string[] | undefined,
): readonly (readonly [Reference, who: string])[] {
  const chosen = config.groups.filter(({ name }) => groups?.includes(name.value) ?? true);
  const own = config.targets.get(target)?.value.connectionRef;
  const refs = [own, ...[...chosen, ...config.databases].map(({ connectionRef }) => connectionRef?.value)];
  const connections = [...new Set(refs)].flatMap((ref) =>
    ref === undefined ? [] : (config.connections.get(ref) ?? []),
  );
  return [
    ...chosen.flatMap(({ name, requiredVariables }) =>
      requiredVariables.map((one) => [{ kind: 'env', name: one }, `group "${name.value}"`] as const),
    ),
    ...config.databases.flatMap(({ name, connectionEnv }) =>
      connectionEnv ? [[{ kind: 'env', name: connectionEnv.value }, `database "${name}"`] as const] : [],
    ),
    ...connections.flatMap(({ value }) =>
      referencesOf(value).map((one) => [one, `connection "${value.ref}"`] as const),
    ),
  ];
}
