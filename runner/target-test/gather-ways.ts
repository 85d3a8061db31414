import {
  type CommandLine,
  type Connection,
  createRedactor,
  fillAddress,
  type HealthCheck,
  knownVariables,
  lookUp,
  type Problem,
  type Redactor,
  type ResolvedConnection,
  referenceIn,
  referencesOf,
  resolveConnection,
  type TargetEnvironment,
  type TargetView,
  targetEnvironment,
  targetVariables,
  unplacedProblem,
  type Variables,
  variablesIn,
  type WantedVariable,
  type WebRequest,
  type World,
} from '../../core/index.ts';
import type { TargetKnowledge } from '../open-target.ts';
import { ok, type Result, refuseProblems } from '../result.ts';

/** Every way that leads to a target, ready to be tried. */
export interface TargetWays {
  readonly database: { readonly resolved: ResolvedConnection; readonly written: Connection } | undefined;
  readonly web:
    | { readonly request: Omit<WebRequest, 'timeoutMs'>; readonly check: HealthCheck | undefined }
    | undefined;
  readonly command: CommandLine | undefined;
  /** What the command is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
}

/** What leads to a target and the values for it. Exit 7 with everything that is missing, before anything is tried. */
export function gatherWays(
  target: TargetView,
  { config, layers }: TargetKnowledge,
  world: Pick<World, 'files' | 'variables'>,
): Result<TargetWays> {
  const check = config?.targets.get(target.id)?.value.healthCheck;
  const { connection: written, settings } = target;
  const known = config ? knownVariables(config, layers, []).map((one) => ({ ...one, neededBy: [] })) : [];
  const environment = targetEnvironment([...needs(written, check), ...known], layers, world.variables);
  const problems = [...environment.problems, ...badPattern(check)];
  if (problems.length > 0) return refuseProblems(problems);
  const variables = targetVariables(layers, world.variables);
  const resolved = written && resolveConnection(written, { variables, files: world.files });
  if (resolved?.type === 'missing') return refuseProblems(resolved.problems);
  const web = check ? { request: requestOf(check, variables), check } : hostRequest(settings.host);
  const command = commandOf(settings.test_command);
  if (!resolved && !web && !command) return refuseProblems([nothingToTest(target.id)]);
  return ok({
    database: written && resolved && { resolved: resolved.connection, written },
    web,
    command,
    env: envOf(environment),
    redactor: createRedactor([...environment.secrets, ...secretsOf(written, check, variables)]),
  });
}

function needs(connection: Connection | undefined, check: HealthCheck | undefined): readonly WantedVariable[] {
  const headers = Object.values(check?.headers ?? {}).flatMap((value) => referenceIn(value) ?? []);
  const address = variablesIn(check?.url ?? '').map((name) => ({ kind: 'env', name }) as const);
  return [
    ...(connection ? referencesOf(connection) : []).map((one) => ({
      ...one,
      neededBy: [`connection "${connection?.ref}"`],
    })),
    ...[...address, ...headers].map((one) => ({ ...one, neededBy: ['health check'] })),
  ];
}

function badPattern(check: HealthCheck | undefined): readonly Problem[] {
  try {
    new RegExp(check?.matches ?? '');
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [unplacedProblem('BAD_PATTERN', `"matches" of the health check is no regular expression: ${why}.`)];
  }
}

function requestOf({ url, method, headers }: HealthCheck, variables: Variables): Omit<WebRequest, 'timeoutMs'> {
  const values = variablesIn(url).map((name) => [name, variables.env(name) ?? ''] as const);
  const given = Object.entries(headers).map(([name, text]) => {
    const reference = referenceIn(text);
    return [name, reference ? (lookUp(reference, variables) ?? '') : text] as const;
  });
  return { url: fillAddress(url, Object.fromEntries(values)), method, headers: Object.fromEntries(given) };
}

/** A host is for people; only one that is an address can be asked. */
const hostRequest = (host: string | undefined): TargetWays['web'] =>
  host !== undefined && /^https?:\/\//i.test(host)
    ? { request: { url: host, method: 'GET', headers: {} }, check: undefined }
    : undefined;

const commandOf = (written: string | readonly string[] | undefined): CommandLine | undefined =>
  written === undefined
    ? undefined
    : typeof written === 'string'
      ? { type: 'shell', text: written }
      : { type: 'argv', argv: written };

const envOf = ({ variables }: TargetEnvironment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    variables.flatMap((one) => (one.type === 'found' && one.kind === 'env' ? [[one.name, one.value] as const] : [])),
  );

/** Whatever stands in a connection or a header by reference; user names from the environment are ordinary words. */
function secretsOf(
  connection: Connection | undefined,
  check: HealthCheck | undefined,
  variables: Variables,
): readonly string[] {
  const username = connection && connection.backend !== 'sqlite' ? referenceIn(connection.username) : undefined;
  const references = [
    ...(connection ? referencesOf(connection) : []).filter(
      ({ kind, name }) => kind === 'secret' || name !== username?.name,
    ),
    ...Object.values(check?.headers ?? {}).flatMap((value) => referenceIn(value) ?? []),
  ];
  return references.flatMap((reference) => lookUp(reference, variables) ?? []);
}

const nothingToTest = (id: string) =>
  unplacedProblem(
    'NOTHING_TO_TEST',
    `The target "${id}" has no connection, no health check, no host that is an address, and no test_command. Add one, such as: srdeploy target update ${id} --health-url https://…`,
  );
