import { shownTarget, type TargetId, type TargetView, type World } from '../../core/index.ts';
import { configuredTargets, targetNamed } from '../configured-targets.ts';
import type { Project } from '../project.ts';
import { ok, type Result } from '../result.ts';

interface TargetListOptions {
  readonly project: Project;
  readonly world: Pick<World, 'files'>;
}

/** The targets of the deploy config, in its order. */
export async function listTargets(options: TargetListOptions): Promise<Result<readonly TargetView[]>> {
  const configured = await configuredTargets(options);
  return configured.type === 'error' ? configured : ok(configured.value.targets.map(shownTarget));
}

/** One target of the deploy config, by its id. */
export async function showTarget(id: TargetId, options: TargetListOptions): Promise<Result<TargetView>> {
  const configured = await configuredTargets(options);
  if (configured.type === 'error') return configured;
  const target = targetNamed(configured.value, id);
  return target.type === 'error' ? target : ok(shownTarget(target.value));
}
