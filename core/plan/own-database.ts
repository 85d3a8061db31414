import type { DeployConfig } from '../model/deploy-config.ts';
import type { Plan } from '../model/plan.ts';
import { plannedEnvironment } from './planned-environment.ts';

/**
 * A plan whose migrations run on other connections than the target's, which it therefore leaves alone. What the config says of the variables
 * that hold their addresses goes with it.
 */
export function onItsOwn(plan: Omit<Plan, 'digest'>, config: DeployConfig | undefined): Omit<Plan, 'digest'> {
  const variables = Object.values(plan.connections ?? {}).flatMap((one) => ('variable' in one ? [one.variable] : []));
  const environment = plannedEnvironment(config, plan.target.id, variables);
  return {
    ...plan,
    connection: undefined,
    ...(Object.keys(environment).length > 0 && { environment }),
  };
}
