import type { Operation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';

/** Of a plan's connections beside the target's those that operations run on, as a plan has them; nothing where there are none. */
export function connectionsUsed(
  { connections = {} }: Pick<Plan, 'connections'>,
  operations: readonly Operation[],
): Pick<Plan, 'connections'> {
  const used = new Set(operations.map(connectionNameOf));
  const some = Object.entries(connections).filter(([name]) => used.has(name));
  return some.length === 0 ? {} : { connections: Object.fromEntries(some) };
}

/** The name of the connection that an operation runs on; undefined: the target's own, or none. */
export const connectionNameOf = (operation: Operation): string | undefined =>
  operation.type === 'migration' ? operation.connection : undefined;

/** What the databases behind a connection beside the target's are called; the connection's own name where no operation says it. */
export function databaseNames(plan: Pick<Plan, 'operations'>, connection: string): string {
  const names = plan.operations.flatMap((one) =>
    one.type === 'migration' && one.connection === connection ? (one.database ?? []) : [],
  );
  return names.length > 0 ? [...new Set(names)].join(', ') : connection;
}
