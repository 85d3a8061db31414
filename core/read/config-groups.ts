import type { DeployConfigJson } from '../generated/deploy-config-json.ts';
import { backendNamed } from '../model/connection.ts';
import type { CommandSource, ConfigDatabase, ConfigGroup, ConfigVariable } from '../model/deploy-group.ts';
import type { Located } from '../model/problem.ts';
import { itemsOf, propertyOf } from './json-nodes.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

type GroupJson = NonNullable<DeployConfigJson['groups']>[number];

/** The groups of a config whose form is right, as the author ordered them. */
export function decodeGroups(source: Source, json: DeployConfigJson['groups']): readonly ConfigGroup[] {
  const nodes = itemsOf(propertyOf(source.root, 'groups')?.value);
  return (json ?? []).map((group, i) => decodeGroup(placesIn(source, nodes[i]), group));
}

function decodeGroup(places: Places, json: GroupJson): ConfigGroup {
  return {
    name: places.required('name', json.name),
    kind: json.kind,
    order: json.order ?? 1,
    dependsOn: places.all('depends_on', json.depends_on),
    patterns: places.all('file_patterns', json.file_patterns),
    preDeploy: places.all('pre_deploy', json.pre_deploy),
    build: places.one('build_command', json.build_command),
    test: places.one('test_command', json.test_command),
    deploy: places.one('deploy_command', json.deploy_command),
    postDeploy: places.all('post_deploy', json.post_deploy),
    requiredVariables: [...new Set(json.required_env_vars ?? [])],
    connectionRef: places.one('connection_ref', json.connection_ref),
    folder: places.one('working_directory', json.working_directory),
    timeoutSec: json.timeout_sec,
    hookTimeoutSec: json.hook_timeout_sec,
    retry: json.retry && { max: json.retry.max, backoffSec: json.retry.backoff_sec ?? 0 },
    continueOnFailure: json.continue_on_failure ?? false,
  };
}

/** Databases by name, which is the order that they are planned in. Spec: rulings, "Order". */
export function decodeDatabases(source: Source, json: DeployConfigJson['databases']): readonly ConfigDatabase[] {
  const section = propertyOf(source.root, 'databases')?.value;
  return Object.entries(json ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, database]) => {
      const node = propertyOf(section, name)?.value;
      const places = placesIn(source, node);
      const migrations = placesIn(source, propertyOf(node, 'migrations')?.value);
      return {
        name,
        connectionRef: places.one('connection_ref', database.connection_ref),
        connectionEnv: places.one('connection_env', database.connection_env),
        engine: backendNamed(database.migrations.engine ?? ''),
        folder: migrations.required('path', database.migrations.path),
        strategy: database.migrations.strategy || 'pre_deploy',
      };
    });
}

export const decodeEnvironment = (json: DeployConfigJson['environment']): ReadonlyMap<string, ConfigVariable> =>
  new Map(Object.entries(json ?? {}).map(([name, said]) => [name, decodeVariable(said)]));

const decodeVariable = (said: NonNullable<DeployConfigJson['environment']>[string]): ConfigVariable =>
  typeof said === 'string'
    ? { default: said, description: undefined, isSecret: false }
    : { default: said.default, description: said.description, isSecret: said.secret ?? false };

/** Values of an object together with where they stand. */
interface Places {
  required<T>(key: string, value: T): Located<T>;
  one<T>(key: string, value: T | undefined): Located<T> | undefined;
  all<T extends CommandSource>(key: string, values: readonly T[] | undefined): readonly Located<T>[];
}

function placesIn(source: Source, object: JsonNode | undefined): Places {
  const located = <T>(node: JsonNode | undefined, value: T): Located<T> => {
    if (!node) throw new Error('A value was read from where there is none.');
    return { value, range: rangeOf(source, node) };
  };
  const nodeOf = (key: string) => propertyOf(object, key)?.value;
  return {
    required: (key, value) => located(nodeOf(key), value),
    one: (key, value) => (value === undefined ? undefined : located(nodeOf(key), value)),
    all(key, values) {
      const items = itemsOf(nodeOf(key));
      return (values ?? []).map((value, i) => located(items[i], value));
    },
  };
}
