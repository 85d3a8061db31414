import type { PlannedConnection } from '../model/connection.ts';
import { isCommand } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { ResolvedConnection } from '../ports/databases.ts';
import { databasePlace, isSamePlace } from './database-place.ts';
import { type Resolution, type ResolvingWorld, resolveConnection, resolveEnvironment } from './references.ts';
import { resolveAddress } from './resolve-address.ts';

export type ResolvedPlan =
  | {
      readonly type: 'resolved';
      /** Undefined for a plan whose target is reached by commands only. */
      readonly connection: ResolvedConnection | undefined;
      /** Those beside the target's, by their names. */
      readonly connections: ReadonlyMap<string, ResolvedConnection>;
    }
  | { readonly type: 'missing'; readonly problems: readonly Problem[] };

/**
 * As `resolveConnection`, for everything that a plan refers to: what its commands lack is reported together with what its connections
 * lack, before anything runs.
 */
export function resolvePlan(
  plan: Pick<Plan, 'connection' | 'connections' | 'operations'>,
  world: ResolvingWorld,
): ResolvedPlan {
  const own = plan.connection && resolveConnection(plan.connection, world);
  const others = Object.entries(plan.connections ?? {}).map(
    ([name, connection]) => [name, resolvePlanned(connection, world)] as const,
  );
  const problems = [
    ...[own, ...others.map(([, one]) => one)].flatMap((one) => (one?.type === 'missing' ? one.problems : [])),
    ...plan.operations.flatMap((operation) => {
      const env = isCommand(operation) ? resolveEnvironment(operation, world.variables) : undefined;
      return env?.type === 'missing' ? env.problems : [];
    }),
  ];
  const connection = own?.type === 'resolved' ? own.connection : undefined;
  const connections = new Map(
    others.flatMap(([name, one]) => (one.type === 'resolved' ? [[name, one.connection]] : [])),
  );
  const all = [...problems, ...twoIdentities([...(connection ? [connection] : []), ...connections.values()])];
  return all.length > 0 ? { type: 'missing', problems: all } : { type: 'resolved', connection, connections };
}

/** A connection as a plan knows it, by its values. */
export const resolvePlanned = (connection: PlannedConnection, world: ResolvingWorld): Resolution =>
  'variable' in connection ? resolveAddress(connection, world) : resolveConnection(connection, world);

/** Two sessions of one run with one database would wait for one another's lock. */
function twoIdentities(connections: readonly ResolvedConnection[]): readonly Problem[] {
  return connections.flatMap((one, i) => {
    const other = connections.slice(0, i).find((before) => databasePlace(before) === databasePlace(one));
    if (!other || isSamePlace(other, one)) return [];
    const message = `The connections "${other.ref}" and "${one.ref}" lead to one database, as different users or in different ways. A run holds the lock in a database once: give both the same connection.`;
    return [unplacedProblem('SAME_DATABASE', message)];
  });
}
