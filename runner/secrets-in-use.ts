import {
  type Connection,
  commandReferences,
  createRedactor,
  isCommand,
  type Operation,
  type PlannedConnection,
  type Redactor,
  referencesOf,
  secretsInAddress,
  type Variables,
} from '../core/index.ts';

/** What secrets are looked for in; absent: no operations. */
interface Referring {
  readonly connection: Connection | undefined;
  /** Beside the target's. */
  readonly connections?: Readonly<Record<string, PlannedConnection>>;
  readonly operations?: readonly Operation[];
}

/** Masks whatever the references of connections and of commands resolve to, whether or not they are ever used, the passwords of addresses, and `more`. */
export function redactorFor(
  { connection, connections = {}, operations = [] }: Referring,
  variables: Variables,
  more: readonly string[] = [],
): Redactor {
  const all: readonly PlannedConnection[] = [...(connection ? [connection] : []), ...Object.values(connections)];
  const references = [
    ...all.flatMap((one) => ('variable' in one || one.backend === 'sqlite' ? [] : secretReferences(one))),
    ...operations.flatMap((operation) => (isCommand(operation) ? commandReferences(operation) : [])),
  ];
  const values = references.flatMap((reference) => variables[reference.kind](reference.name) ?? []);
  const addresses = all.flatMap((one) => ('variable' in one ? (variables.env(one.variable) ?? []) : []));
  return createRedactor([...values, ...addresses.flatMap(secretsInAddress), ...more]);
}

/** Every reference but a user name that comes from the environment: user names are ordinary words. */
function secretReferences(connection: Exclude<Connection, { backend: 'sqlite' }>) {
  const { username, ...rest } = connection;
  return [
    ...referencesOf({ ...rest, username: undefined }),
    ...referencesOf({ ...rest, username, password: undefined }).filter(({ kind }) => kind === 'secret'),
  ];
}
