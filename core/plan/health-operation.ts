import { type OperationId, operationId } from '../model/ids.ts';
import type { HealthCheck, HealthCheckOperation } from '../model/operation.ts';
import { variablesIn } from './address.ts';

/** The health check of a deployment, which waits for everything. Spec: rulings, "Order". */
export function healthCheckOperation(check: HealthCheck, dependsOn: readonly OperationId[]): HealthCheckOperation {
  const required = variablesIn(check.url);
  return {
    id: operationId('health_check'),
    name: 'Check the health of what was deployed',
    phase: 'step',
    dependsOn,
    timeoutSec: undefined,
    retry: undefined,
    type: 'health_check',
    check,
    ...(required.length > 0 && { wants: { required, optional: [] } }),
  };
}
