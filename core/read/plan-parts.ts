import type { CommandLine } from '../model/command-line.ts';
import type { OperationPhase, Retry } from '../model/operation.ts';
import type { Located, Range } from '../model/problem.ts';
import { itemsOf, memberOf, propertyOf } from './json-nodes.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

/** One check or step, as far as it can be read. */
export interface OperationPart {
  readonly phase: OperationPhase;
  readonly id: Located<string> | undefined;
  readonly type: Located<string> | undefined;
  readonly name: Located<string> | undefined;
  readonly script: Located<string> | undefined;
  /** Of a check that asks the database. */
  readonly sql: Located<string> | undefined;
  readonly rollback: Located<string> | undefined;
  /** Where a backup goes. */
  readonly destination: Located<string> | undefined;
  /** Ids of steps; undefined where it says nothing of them. */
  readonly dependsOn: readonly Located<string>[] | undefined;
  readonly command: Located<CommandLine> | undefined;
  readonly workingDirectory: Located<string> | undefined;
  readonly timeoutSec: number | undefined;
  readonly retry: Located<Retry> | undefined;
  /** The regular expression that a result must match. */
  readonly matches: Located<string> | undefined;
  /** What stands here that only version 1.1 of the format has, as the author calls it. */
  readonly newer: readonly Located<string>[];
  /** The whole object. */
  readonly place: Located<undefined>;
}

/**
 * What rules look at: the parts of a plan document that can be read, also where the rest is wrong or half typed. A value of the wrong
 * type counts as not there.
 */
export interface PlanParts {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly version: Located<string> | undefined;
  readonly planId: Located<string> | undefined;
  readonly createdAt: Located<string> | undefined;
  readonly connectionRef: Located<string> | undefined;
  readonly backend: Located<string> | undefined;
  readonly target: { readonly id: Located<string> | undefined; readonly name: Located<string> | undefined };
  readonly approvalRequired: Located<boolean> | undefined;
  /** Pre-checks, steps and post-checks, in this order. */
  readonly operations: readonly OperationPart[];
}

const PHASES: readonly (readonly [key: string, phase: OperationPhase])[] = [
  ['pre_checks', 'pre_check'],
  ['steps', 'step'],
  ['post_checks', 'post_check'],
];

/** Takes the parts out of a text that parses; of a broken text, what could be made of it. */
export function planPartsOf(source: Source): PlanParts {
  const { root, file } = source;
  const target = memberOf(root, 'target_env');
  const approval = memberOf(root, 'approval_required');
  return {
    file,
    version: textOf(source, root, 'version'),
    planId: textOf(source, root, 'plan_id'),
    createdAt: textOf(source, root, 'created_at'),
    connectionRef: textOf(source, target, 'connection_ref'),
    backend: textOf(source, target, 'backend'),
    target: { id: textOf(source, target, 'id'), name: textOf(source, target, 'name') },
    approvalRequired:
      approval?.type === 'boolean' ? lazilyLocated(source, approval, approval.value === true) : undefined,
    operations: PHASES.flatMap(([key, phase]) =>
      itemsOf(memberOf(root, key)).map((node) => operationPart(source, phase, node)),
    ),
  };
}

function operationPart(source: Source, phase: OperationPhase, node: JsonNode): OperationPart {
  return {
    phase,
    id: textOf(source, node, 'id'),
    type: textOf(source, node, 'type'),
    name: textOf(source, node, 'name'),
    script: textOf(source, node, 'script'),
    sql: textOf(source, node, 'sql'),
    rollback: textOf(source, node, 'rollback'),
    destination: textOf(source, node, 'target'),
    dependsOn: listOf(source, node, 'depends_on'),
    command: commandOf(source, node),
    workingDirectory: textOf(source, node, 'working_directory'),
    timeoutSec: numberOf(node, 'timeout_sec'),
    retry: retryOf(source, node),
    matches: textOf(source, memberOf(node, 'expect'), 'matches'),
    newer: newerParts(source, node),
    place: lazilyLocated(source, node, undefined),
  };
}

function listOf(source: Source, object: JsonNode, key: string): readonly Located<string>[] | undefined {
  const value = memberOf(object, key);
  if (value?.type !== 'array') return undefined;
  return itemsOf(value).flatMap((item) =>
    item.type === 'string' ? [lazilyLocated(source, item, String(item.value))] : [],
  );
}

function commandOf(source: Source, object: JsonNode): Located<CommandLine> | undefined {
  const text = textOf(source, object, 'command');
  const words = listOf(source, object, 'command');
  const value = memberOf(object, 'command');
  if (!value || (!text && !words)) return undefined;
  const command: CommandLine = text
    ? { type: 'shell', text: text.value }
    : { type: 'argv', argv: (words ?? []).map((word) => word.value) };
  return lazilyLocated(source, value, command);
}

function retryOf(source: Source, object: JsonNode): Located<Retry> | undefined {
  const value = memberOf(object, 'retry');
  const max = numberOf(value, 'max');
  if (!value || max === undefined) return undefined;
  return lazilyLocated(source, value, { max, backoffSec: numberOf(value, 'backoff_sec') ?? 0 });
}

function numberOf(object: JsonNode | undefined, key: string): number | undefined {
  const value: unknown = memberOf(object, key)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** Keys and values that version 1.1 has brought. Spec: rulings, "Format versions". */
function newerParts(source: Source, object: JsonNode): readonly Located<string>[] {
  const type = memberOf(object, 'type');
  const expect = memberOf(object, 'expect');
  const key = (name: string, isMeant: boolean) => {
    const property = isMeant ? propertyOf(object, name) : undefined;
    return property ? [lazilyLocated(source, property.key, `"${name}"`)] : [];
  };
  return [
    ...(type?.value === 'command' ? [lazilyLocated(source, type, 'The step type "command"')] : []),
    ...key('depends_on', true),
    ...key('path', type?.value === 'disk_space'),
    ...(expect?.type === 'object' ? [lazilyLocated(source, expect, 'An object as "expect"')] : []),
  ];
}

function textOf(source: Source, object: JsonNode | undefined, key: string): Located<string> | undefined {
  const value = memberOf(object, key);
  return value?.type === 'string' ? lazilyLocated(source, value, String(value.value)) : undefined;
}

/** Most places are never asked for: a range is worked out when somebody wants it. */
class LazilyLocated<T> implements Located<T> {
  readonly value: T;
  readonly #source: Source;
  readonly #node: JsonNode;

  constructor(source: Source, node: JsonNode, value: T) {
    this.value = value;
    this.#source = source;
    this.#node = node;
  }

  get range(): Range {
    return rangeOf(this.#source, this.#node);
  }
}

const lazilyLocated = <T>(source: Source, node: JsonNode, value: T): Located<T> =>
  new LazilyLocated(source, node, value);
