import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import { validateDeployConfig } from '../generated/validate-deploy-config.js';
import { backendNamed, type Connection, defaultPorts } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import { targetId } from '../model/ids.ts';
import type { Located, Problem, Severity } from '../model/problem.ts';
import type { RuleSettings } from '../model/rule-settings.ts';
import { decodeDatabases, decodeEnvironment, decodeGroups } from './config-groups.ts';
import { decodeHealthCheck } from './config-health-check.ts';
import { duplicateKeys, jsonValueOf, propertyOf } from './json-nodes.ts';
import { problemAt } from './problem-at.ts';
import { deployConfigSchema } from './schema-node.ts';
import { schemaProblems } from './schema-problems.ts';
import { rangeOf, readSource, type Source } from './source.ts';

type ConnectionJson = NonNullable<DeployConfigJson['connections']>[string];
type TargetJson = NonNullable<DeployConfigJson['targets']>[string];
type ConfiguredTarget = DeployConfig['targets'] extends ReadonlyMap<unknown, Located<infer T>> ? T : never;

/** A deploy config as it was read, and all that keeps it from being one. */
export interface ReadDeployConfig {
  /** Undefined where a problem makes the config unusable. */
  readonly config: DeployConfig | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a deploy config, JSON with comments; `file` is relative to the project, with `/`. Spec: vocabulary, "deploy config". */
export const readDeployConfig = (file: string, text: string): ReadDeployConfig =>
  deployConfigOf(readSource(file, text, 'jsonc'));

/** As `readDeployConfig`, from a text that is parsed already. */
export function deployConfigOf(source: Source): ReadDeployConfig {
  const { root } = source;
  if (source.problems.length > 0 || !root) return { config: undefined, problems: source.problems };
  const json = jsonValueOf(root);
  const schemaErrors = validateDeployConfig(json) ? [] : (validateDeployConfig.errors ?? []);
  const found = [...duplicateKeys(source), ...schemaProblems(source, deployConfigSchema, schemaErrors)];
  const problems = found.length > 0 ? found : strayProtocols(source, json as DeployConfigJson);
  return { config: problems.length === 0 ? decode(source, json as DeployConfigJson) : undefined, problems };
}

/** A `protocol` beside a backend that has one of its own. */
function strayProtocols(source: Source, { connections = {} }: DeployConfigJson): readonly Problem[] {
  const section = propertyOf(source.root, 'connections')?.value;
  return Object.entries(connections).flatMap(([name, connection]) => {
    const property = propertyOf(propertyOf(section, name)?.value, 'protocol');
    if (!property || backendNamed(connection.backend) === 'scratchbird') return [];
    const message = 'Unknown key "protocol". It belongs to "scratchbird". Remove it.';
    return [problemAt({ file: source.file, range: rangeOf(source, property.key) }, 'SCHEMA_UNKNOWN_KEY', message)];
  });
}

function decode(source: Source, json: DeployConfigJson): DeployConfig {
  return {
    file: source.file,
    project: json.project,
    connections: locatedMembers(source, 'connections', json.connections, (name) => name, decodeConnection),
    targets: locatedMembers(source, 'targets', json.targets, targetId, (id, target) =>
      decodeTarget(id, target, json.approvals),
    ),
    rules: decodeRules(json.rules),
    migrations: decodeMigrations(json.migrations),
    retention: json.retention?.days === undefined ? undefined : { days: json.retention.days },
    log: json.log?.max_mb === undefined ? undefined : { maxMb: json.log.max_mb },
    groups: decodeGroups(source, json.groups),
    databases: decodeDatabases(source, json.databases),
    environment: decodeEnvironment(json.environment),
    healthCheck: json.health_check && decodeHealthCheck(json.health_check),
    hasInfra: json.infra !== undefined,
  };
}

function decodeRules(json: DeployConfigJson['rules']): RuleSettings {
  const { suppress = [], ...severities } = json ?? {};
  return {
    severities: new Map(Object.entries(severities as Readonly<Record<string, Severity | 'off'>>)),
    suppress: suppress.map(({ code, file, id, reason }) => ({ code, file, id, reason })),
  };
}

const decodeMigrations = (json: DeployConfigJson['migrations']): DeployConfig['migrations'] => ({
  ...(json?.lock_timeout_ms !== undefined && { lockTimeoutMs: json.lock_timeout_ms }),
  ...(json?.lock_retries !== undefined && { lockRetries: json.lock_retries }),
  ...(json?.placeholders !== undefined && { placeholders: json.placeholders }),
});

function locatedMembers<Name, Json, Value>(
  source: Source,
  section: string,
  members: Readonly<Record<string, Json>> | undefined,
  nameOf: (text: string) => Name,
  decodeMember: (name: string, json: Json) => Value,
): ReadonlyMap<Name, Located<Value>> {
  const node = propertyOf(source.root, section)?.value;
  return new Map(
    Object.entries(members ?? {}).map(([name, json]) => {
      const property = propertyOf(node, name);
      if (!property) throw new Error(`A value was read from where there is none: ${section}/${name}`);
      return [nameOf(name), { value: decodeMember(name, json), range: rangeOf(source, property.value) }];
    }),
  );
}

function decodeConnection(ref: string, json: ConnectionJson): Connection {
  if ('file' in json) return { ref, backend: 'sqlite', file: json.file };
  const backend = backendNamed(json.backend);
  if (!backend || backend === 'sqlite')
    throw new Error(`The schema lets a backend pass that is no server's: ${json.backend}`);
  return {
    ref,
    backend,
    host: json.host,
    port: json.port ?? defaultPorts[backend],
    database: json.database,
    username: json.username,
    password: json.password,
    sslMode: json.ssl_mode ?? 'prefer',
    sslRootCert: json.ssl_root_cert,
    ...(json.protocol !== undefined && { protocol: json.protocol }),
  };
}

const decodeTarget = (id: string, json: TargetJson, approvals: DeployConfigJson['approvals']): ConfiguredTarget => ({
  id: targetId(id),
  name: json.name ?? id,
  kind: json.kind,
  type: json.type,
  provider: json.provider,
  host: json.host,
  region: json.region,
  connectionRef: json.connection_ref,
  minApprovals: json.min_approvals ?? approvals?.min_approvals ?? 1,
  approvalsAsked: json.min_approvals !== undefined || approvals?.required === true,
  selfApproval: json.self_approval ?? approvals?.self_approval ?? true,
  variables: json.variables ?? {},
  environment: json.environment ?? {},
  healthCheck: json.health_check && decodeHealthCheck(json.health_check),
});
