import { knownVariables, lookUp, type Reference, referenceIn, referencesOf, type TargetId } from '../../core/index.ts';
import { readTarget } from '../open-target.ts';
import { ok, type Result } from '../result.ts';
import { readConfig } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** The secrets that a target's connection refers to: all that a folder of migrations can. Undefined where the config does not tell. */
export async function secretsOfTarget(target: TargetId, opened: ServeProject): Promise<readonly string[] | undefined> {
  const config = await readConfig(opened);
  const ref = config?.targets.get(target)?.value.connectionRef;
  const connection = ref === undefined ? undefined : config?.connections.get(ref)?.value;
  return connection && referencesOf(connection).flatMap(({ kind, name }) => (kind === 'secret' ? [name] : []));
}

/** The secrets that testing a target needs, without those that its store or the environment gives. */
export async function secretsToTest(
  target: TargetId,
  { project, world }: ServeProject,
): Promise<Result<readonly string[]>> {
  const knowledge = await readTarget({ project, world, target });
  if (knowledge.type === 'error') return knowledge;
  const { config, layers } = knowledge.value;
  const headers = Object.values(config?.targets.get(target)?.value.healthCheck?.headers ?? {});
  const inConfig = [...Object.values(config?.targets.get(target)?.value.environment ?? {}), ...headers];
  const wanted: readonly Reference[] = [
    ...knownVariables(config, layers, []),
    ...inConfig.flatMap((text) => referenceIn(text) ?? []),
  ];
  const missing = wanted.filter(
    (one) => one.kind === 'secret' && !layers.secrets.has(one.name) && lookUp(one, world.variables) === undefined,
  );
  return ok([...new Set(missing.map(({ name }) => name))]);
}
