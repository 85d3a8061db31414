import type { DeployConfig } from '../model/deploy-config.ts';
import type { Plan } from '../model/plan.ts';
import { plannedEnvironment } from './planned-environment.ts';

/**
 * A plan with what the config says of the variables that hold the addresses of its databases. For plans that nothing else of the config's
 * environment belongs to.
 */
export function withAddressVariables<Some extends Omit<Plan, 'digest'>>(
  plan: Some,
  config: DeployConfig | undefined,
): Some {
  const variables = Object.values(plan.connections ?? {}).flatMap((one) => ('variable' in one ? [one.variable] : []));
  const environment = plannedEnvironment(config, plan.target.id, variables);
  return Object.keys(environment).length > 0 ? { ...plan, environment } : plan;
}
