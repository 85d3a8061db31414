import {
  type Connection,
  commandReferences,
  createRedactor,
  isCommand,
  type Operation,
  type Redactor,
  referencesOf,
  type Variables,
} from '../core/index.ts';

/** What secrets are looked for in; absent: no operations. */
interface Referring {
  readonly connection: Connection | undefined;
  readonly operations?: readonly Operation[];
}

/** Masks whatever the references of a connection and of commands resolve to, whether or not they are ever used, and `more`. */
export function redactorFor(
  { connection, operations = [] }: Referring,
  variables: Variables,
  more: readonly string[] = [],
): Redactor {
  const references = [
    ...(connection && connection.backend !== 'sqlite' ? secretReferences(connection) : []),
    ...operations.flatMap((operation) => (isCommand(operation) ? commandReferences(operation) : [])),
  ];
  const values = references.flatMap((reference) => variables[reference.kind](reference.name) ?? []);
  return createRedactor([...values, ...more]);
}

/** Every reference but a user name that comes from the environment: user names are ordinary words. */
function secretReferences(connection: Exclude<Connection, { backend: 'sqlite' }>) {
  const { username, ...rest } = connection;
  return [
    ...referencesOf({ ...rest, username: undefined }),
    ...referencesOf({ ...rest, username, password: undefined }).filter(({ kind }) => kind === 'secret'),
  ];
}
