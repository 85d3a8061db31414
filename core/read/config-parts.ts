import type { CommandSource } from '../model/deploy-group.ts';
import type { Located } from '../model/problem.ts';
import { itemsOf, jsonValueOf, propertiesOf, propertyOf } from './json-nodes.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

const lists = ['pre_deploy', 'post_deploy'] as const;
const singles = ['build_command', 'test_command', 'deploy_command'] as const;

/** What a command of a group is for: the key that it stands at. */
export type CommandKey = (typeof lists | typeof singles)[number];

/** The keys of a group that have commands, or lists of them. */
export const commandKeys: readonly string[] = [...lists, ...singles];

export interface CommandPart {
  readonly key: CommandKey;
  readonly command: Located<CommandSource>;
}

/** A group as far as it is written; what has the wrong form is left out, the schema tells it. */
export interface GroupPart {
  readonly place: Located<undefined>;
  readonly name: Located<string> | undefined;
  readonly order: number;
  readonly dependsOn: readonly Located<string>[];
  readonly connectionRef: string | undefined;
  /** It hands its files to a database or a command one by one, and does not just build or test what they belong to. */
  readonly deploysFiles: boolean;
  readonly patterns: readonly Located<string>[];
  readonly commands: readonly CommandPart[];
  readonly requiredVariables: readonly Located<string>[];
  /** The list of them; undefined where there is none. */
  readonly requiredList: Located<undefined> | undefined;
}

/** The parts of a deploy config that rules look at, whether or not its form is right. */
export interface ConfigParts {
  readonly file: string;
  readonly groups: readonly GroupPart[];
  /** Names of variables that the config describes, gives values to for a target, or finds the address of a database in. */
  readonly variables: readonly string[];
  /** The regular expressions of health checks. */
  readonly expressions: readonly Located<string>[];
}

export function configPartsOf(source: Source): ConfigParts {
  const { root, file } = source;
  const targets = propertiesOf(propertyOf(root, 'targets')?.value).map(({ value }) => value);
  const checks = [
    propertyOf(root, 'health_check')?.value,
    ...targets.map((target) => propertyOf(target, 'health_check')?.value),
  ];
  const addresses = textsIn(
    source,
    propertiesOf(propertyOf(root, 'databases')?.value).map(({ value }) => propertyOf(value, 'connection_env')),
  );
  const sections = [propertyOf(root, 'environment'), ...targets.map((target) => propertyOf(target, 'environment'))];
  return {
    file,
    groups: itemsOf(propertyOf(root, 'groups')?.value).map((node) => groupOf(source, node)),
    variables: [
      ...sections.flatMap((section) => propertiesOf(section?.value).map(({ key }) => String(key.value))),
      ...addresses.map(({ value }) => value),
    ],
    expressions: checks.flatMap((check) => textsIn(source, [propertyOf(propertyOf(check, 'body')?.value, 'matches')])),
  };
}

function groupOf(source: Source, node: JsonNode): GroupPart {
  const order = propertyOf(node, 'order')?.value.value;
  const required = propertyOf(node, 'required_env_vars')?.value;
  return {
    place: located(source, node, undefined),
    name: textsIn(source, [propertyOf(node, 'name')])[0],
    order: typeof order === 'number' ? order : 1,
    dependsOn: textsOf(source, node, 'depends_on'),
    connectionRef: textsIn(source, [propertyOf(node, 'connection_ref')])[0]?.value,
    deploysFiles:
      propertyOf(node, 'deploy_command') !== undefined ||
      (propertyOf(node, 'build_command') ?? propertyOf(node, 'test_command')) === undefined,
    patterns: textsOf(source, node, 'file_patterns'),
    requiredVariables: textsOf(source, node, 'required_env_vars'),
    requiredList: required?.type === 'array' ? located(source, required, undefined) : undefined,
    commands: [
      ...singles.flatMap((key) => commandAt(source, key, propertyOf(node, key)?.value)),
      ...lists.flatMap((key) => itemsOf(propertyOf(node, key)?.value).flatMap((item) => commandAt(source, key, item))),
    ],
  };
}

function commandAt(source: Source, key: CommandKey, node: JsonNode | undefined): readonly CommandPart[] {
  if (!node) return [];
  const value = jsonValueOf(node);
  const isCommand =
    typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  return isCommand ? [{ key, command: located(source, node, value as CommandSource) }] : [];
}

const textsOf = (source: Source, node: JsonNode, key: string): readonly Located<string>[] =>
  textsIn(
    source,
    itemsOf(propertyOf(node, key)?.value).map((value) => ({ value })),
  );

const textsIn = (source: Source, found: readonly ({ readonly value: JsonNode } | undefined)[]): Located<string>[] =>
  found.flatMap((one) => (one?.value.type === 'string' ? [located(source, one.value, String(one.value.value))] : []));

const located = <T>(source: Source, node: JsonNode, value: T): Located<T> => ({
  value,
  get range() {
    return rangeOf(source, node);
  },
});
