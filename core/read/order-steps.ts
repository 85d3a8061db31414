import { walkInOrder } from '../base/walk-in-order.ts';

/** A step as far as its order goes; `dependsOn` undefined: it waits for the step before it. */
export interface StepEdges {
  readonly id: string;
  readonly dependsOn: readonly string[] | undefined;
}

/** A step in its place: its index in the document, and the steps that it waits for. */
export interface OrderedStep {
  readonly index: number;
  readonly waitsFor: readonly string[];
}

export type StepOrder =
  | { readonly type: 'ordered'; readonly steps: readonly OrderedStep[] }
  /** Each step waits for the one behind it in the list, the last one for the first. */
  | { readonly type: 'cycle'; readonly path: readonly string[] };

/**
 * The order of the document, in which a step that an earlier one depends on is moved to just before that one. Edges to steps that are not
 * there count for nothing; a rule names them. Spec: rulings, "Order", "Format versions".
 */
export function orderSteps(steps: readonly StepEdges[]): StepOrder {
  const indices = new Map(steps.map(({ id }, index) => [id, index]));
  const waits = steps.map(({ dependsOn }, index) => waitsFor(steps, index, dependsOn, indices));
  const walk = walkInOrder([...steps.keys()], (index) => waits[index] ?? []);
  if (walk.type === 'cycle') return { type: 'cycle', path: walk.path.map((index) => idOf(steps, index)) };
  const waitsOf = (index: number) => (waits[index] ?? []).map((one) => idOf(steps, one));
  return { type: 'ordered', steps: walk.items.map((index) => ({ index, waitsFor: waitsOf(index) })) };
}

function waitsFor(
  steps: readonly StepEdges[],
  index: number,
  dependsOn: readonly string[] | undefined,
  indices: ReadonlyMap<string, number>,
): readonly number[] {
  if (dependsOn === undefined) return index > 0 && steps.length > 1 ? [index - 1] : [];
  return [...new Set(dependsOn)].flatMap((id) => indices.get(id) ?? []);
}

const idOf = (steps: readonly StepEdges[], index: number): string => steps[index]?.id ?? '';
