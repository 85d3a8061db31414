import type { Connection } from '../model/connection.ts';
import { type CommandOperation, isCommand } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { ResolvedConnection } from '../ports/databases.ts';
import type { ProjectFiles } from '../ports/project-files.ts';
import type { Variables } from '../ports/variables.ts';
import { howToSet } from './how-to-set.ts';
import { type Reference, referenceIn } from './reference.ts';

/** The references of a connection, in the order of its fields. */
export function referencesOf(connection: Connection): readonly Reference[] {
  if (connection.backend === 'sqlite') return [];
  return [connection.username, connection.password].flatMap((value) => referenceIn(value) ?? []);
}

/** The references of a command's environment, in the order of its names. */
export const commandReferences = ({ env }: Pick<CommandOperation, 'env'>): readonly Reference[] =>
  Object.values(env).flatMap((value) => referenceIn(value) ?? []);

/** The references of a plan: of its connections and its commands. The variable of an address is none: what it holds is more than one value. */
export const planReferences = (plan: Pick<Plan, 'connection' | 'connections' | 'operations'>): readonly Reference[] => [
  ...(plan.connection ? referencesOf(plan.connection) : []),
  ...Object.values(plan.connections ?? {}).flatMap((one) => ('variable' in one ? [] : referencesOf(one))),
  ...plan.operations.flatMap((operation) => (isCommand(operation) ? commandReferences(operation) : [])),
];

export type ResolvedEnvironment =
  | { readonly type: 'resolved'; readonly env: Readonly<Record<string, string>> }
  | { readonly type: 'missing'; readonly problems: readonly Problem[] };

/** A command's environment with its references replaced by values; all missing names are reported together. */
export function resolveEnvironment(
  operation: Pick<CommandOperation, 'id' | 'env'>,
  variables: Variables,
): ResolvedEnvironment {
  const problems = commandReferences(operation).flatMap((reference) =>
    lookUp(reference, variables) === undefined
      ? [missingValue(reference, `The step "${operation.id}"`, variables.target)]
      : [],
  );
  if (problems.length > 0) return { type: 'missing', problems };
  const entries = Object.entries(operation.env).map(([name, text]) => {
    const reference = referenceIn(text);
    return [name, reference ? (lookUp(reference, variables) ?? '') : text] as const;
  });
  return { type: 'resolved', env: Object.fromEntries(entries) };
}

/** What resolving needs of the world. */
export interface ResolvingWorld {
  readonly variables: Variables;
  readonly files: Pick<ProjectFiles, 'absolute'>;
}

/** What was written by references, by its values; or everything that is missing. */
export type Resolution<Reached = ResolvedConnection> =
  | { readonly type: 'resolved'; readonly connection: Reached; readonly secrets: readonly string[] }
  | { readonly type: 'missing'; readonly problems: readonly Problem[] };

/**
 * Replaces references by values and project paths by absolute ones. `secrets` are the values to mask: every password and every
 * `${secret:…}`. All missing names are reported together, each with how to set it. Spec: rulings, "Environment variables".
 */
export function resolveConnection(connection: Connection, world: ResolvingWorld): Resolution {
  if (connection.backend === 'sqlite') {
    return {
      type: 'resolved',
      connection: { ...connection, file: world.files.absolute(connection.file) },
      secrets: [],
    };
  }
  const problems = referencesOf(connection).flatMap((reference) =>
    lookUp(reference, world.variables) === undefined
      ? [missingValue(reference, `The connection "${connection.ref}"`, world.variables.target)]
      : [],
  );
  if (problems.length > 0) return { type: 'missing', problems };
  const value = (text: string | undefined) => {
    const reference = referenceIn(text);
    return reference ? lookUp(reference, world.variables) : text;
  };
  const password = value(connection.password);
  const secrets = [
    password,
    ...[connection.username].filter((text) => referenceIn(text)?.kind === 'secret').map(value),
  ];
  return {
    type: 'resolved',
    connection: {
      ...connection,
      username: value(connection.username),
      password,
      sslRootCert: connection.sslRootCert === undefined ? undefined : world.files.absolute(connection.sslRootCert),
    },
    secrets: secrets.filter((secret) => secret !== undefined),
  };
}

/** The value behind a reference; undefined where it is missing. */
export const lookUp = (reference: Reference, variables: Variables): string | undefined =>
  variables[reference.kind](reference.name);

export function missingValue(reference: Reference, who: string, target: string | undefined): Problem {
  const what = reference.kind === 'env' ? 'environment variable' : 'secret';
  return unplacedProblem(
    'MISSING_VARIABLE',
    `${who} needs the ${what} ${reference.name}, which is not set or empty. ${howToSet(reference, target)}`,
  );
}
