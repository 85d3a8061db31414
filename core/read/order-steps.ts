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
  const ordered: OrderedStep[] = [];
  const state = new Map<number, 'open' | 'done'>();
  // Kept by hand, so that a chain of any length does not exhaust the stack of calls.
  const open: { readonly index: number; next: number }[] = [];
  const begin = (index: number) => {
    state.set(index, 'open');
    open.push({ index, next: 0 });
  };
  for (let first = 0; first < steps.length; first++) {
    if (!state.has(first)) begin(first);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const waitsForIt = waits[top.index] ?? [];
      const wanted = waitsForIt[top.next++];
      if (wanted === undefined) {
        ordered.push({ index: top.index, waitsFor: waitsForIt.map((index) => idOf(steps, index)) });
        state.set(top.index, 'done');
        open.pop();
      } else if (state.get(wanted) === 'open') {
        const from = open.findIndex(({ index }) => index === wanted);
        return { type: 'cycle', path: open.slice(from).map(({ index }) => idOf(steps, index)) };
      } else if (!state.has(wanted)) begin(wanted);
    }
  }
  return { type: 'ordered', steps: ordered };
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
