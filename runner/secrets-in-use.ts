import { type Connection, createRedactor, type Redactor, referencesOf, type Variables } from '../core/index.ts';

/** Masks whatever a connection's references resolve to, whether or not the connection is ever opened. */
export function redactorFor(connections: readonly Connection[], variables: Variables): Redactor {
  const values = connections
    .flatMap((connection) => (connection.backend === 'sqlite' ? [] : secretReferences(connection)))
    .flatMap((reference) => variables[reference.kind](reference.name) ?? []);
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
