import type { OperationPhase } from '../model/operation.ts';
import type { Located } from '../model/problem.ts';
import { itemsOf, propertyOf } from './json-nodes.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

/** One check or step, as far as it can be read. */
export interface OperationPart {
  readonly phase: OperationPhase;
  readonly id: Located<string> | undefined;
  readonly type: Located<string> | undefined;
  readonly name: Located<string> | undefined;
  readonly script: Located<string> | undefined;
  readonly rollback: Located<string> | undefined;
  /** Where a backup goes. */
  readonly destination: Located<string> | undefined;
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
  readonly planId: Located<string> | undefined;
  readonly createdAt: Located<string> | undefined;
  readonly connectionRef: Located<string> | undefined;
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
  return {
    file,
    planId: textOf(source, root, 'plan_id'),
    createdAt: textOf(source, root, 'created_at'),
    connectionRef: textOf(source, propertyOf(root, 'target_env')?.value, 'connection_ref'),
    operations: PHASES.flatMap(([key, phase]) =>
      itemsOf(propertyOf(root, key)?.value).map((node) => operationPart(source, phase, node)),
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
    rollback: textOf(source, node, 'rollback'),
    destination: textOf(source, node, 'target'),
    place: lazilyLocated(source, node, undefined),
  };
}

function textOf(source: Source, object: JsonNode | undefined, key: string): Located<string> | undefined {
  const value = propertyOf(object, key)?.value;
  return value?.type === 'string' ? lazilyLocated(source, value, String(value.value)) : undefined;
}

/** Most places are never asked for: a range is worked out when somebody wants it. */
const lazilyLocated = <T>(source: Source, node: JsonNode, value: T): Located<T> => ({
  value,
  get range() {
    return rangeOf(source, node);
  },
});
