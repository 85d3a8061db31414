import type { DeployConfig } from '../model/deploy-config.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { ConfigStep } from './config-steps.ts';

/** Steps of one id, by the names of their groups and databases: nothing that is recorded of one could be told from what is of the other. */
export function sameSteps(steps: readonly ConfigStep[], config: DeployConfig | undefined): readonly Problem[] {
  const seen = new Set<string>();
  const twice = new Map<string, ConfigStep>();
  for (const step of steps) {
    const id = step.source.id.value;
    if (seen.has(id)) twice.set(id, step);
    seen.add(id);
  }
  return [...twice].map(([id, { more }]) => {
    const message = `Two steps would have the id "${id}". Give one of the groups or databases that they belong to another name.`;
    const name = config?.groups.find((group) => group.name.value === more.group)?.name;
    return { ...unplacedProblem('DUPLICATE_STEP', message), file: config?.file, range: name?.range };
  });
}
