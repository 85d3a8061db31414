import {
  type Connection,
  commandReferences,
  createRedactor,
  type Operation,
  type Redactor,
  referencesOf,
  type Variables,
} from '../core/index.ts';

/** Masks whatever the references of connections and commands resolve to, whether or not they are ever used. */
export function redactorFor(
  connections: readonly Connection[],
  variables: Variables,
  operations: readonly Operation[] = [],
): Redactor {
  const references = [
    ...connections.flatMap((connection) => (connection.backend === 'sqlite' ? [] : secretReferences(connection))),
    ...operations.flatMap((operation) => (operation.type === 'command' ? commandReferences(operation) : [])),
  ];
  const values = references.flatMap((reference) => variables[reference.kind](reference.name) ?? []);
  return createRedactor(values);
}

/** Every reference but a user name that comes from the environment: user names are ordinary words. */
function secretReferences(connection: Exclude<Connection, { backend: 'sqlite' }>) {
  const { username, ...rest } = connection;
  return [
    ...referencesOf({ ...rest, username: undefined }),
    ...referencesOf({ ...rest, username, password: undefined }).filter(({ kind }) => kind === 'secret'),
  ];
}
