import { type JsonNode, orderSteps, propertyOf, type StepEdges, type TextEdit, tailFrom } from '../../core/index.ts';
import type { PlacedOperation } from './operation-at.ts';

/** Where an operation stands in the text, without its comma, which stays where it is. Offsets. */
interface Slots {
  /** The operation itself. */
  readonly body: Stretch;
  /** The same with the comments above it. */
  readonly commented: Stretch;
  /** The comments behind it on its line. */
  readonly behind: Stretch;
  /** Whether its line ends before the next operation begins. */
  readonly endsLine: boolean;
  /** Whether a line ends between what stands before it and the operation. */
  readonly beginsLine: boolean;
}

type Stretch = readonly [from: number, to: number];

/**
 * What lets an operation change places with the one before it (`-1`) or behind it (`1`); undefined where there is none, and where a step
 * would come to stand before one that it depends on, or steps would wait for one another. Comments go with it, blank lines stay.
 */
export function moveOperation(operation: PlacedOperation, by: 1 | -1): readonly TextEdit[] | undefined {
  const first = by === 1 ? operation.index : operation.index - 1;
  if (first < 0 || first + 1 >= operation.items.length || !mayChangePlaces(operation, first)) return undefined;
  const [upper, lower] = [slotsOf(operation, first), slotsOf(operation, first + 1)];
  const pairs: readonly (readonly [Stretch, Stretch])[] = [
    // On a line that several operations share, comments at its beginning and its end belong to the line.
    upper.beginsLine === lower.beginsLine ? [upper.commented, lower.commented] : [upper.body, lower.body],
    ...(upper.endsLine && lower.endsLine ? [[upper.behind, lower.behind] as const] : []),
  ];
  const { text } = operation.source;
  const put = ([from, to]: Stretch, other: Stretch): TextEdit => ({ from, to, text: text.slice(...other) });
  return pairs.flatMap(([a, b]) => [put(a, b), put(b, a)]).filter(({ from, to, text: put }) => from < to || put !== '');
}

function mayChangePlaces({ key, items }: PlacedOperation, first: number): boolean {
  if (key !== 'steps') return true;
  const now = items.map(edgesOf);
  const [upper, lower] = [now[first], now[first + 1]];
  if (!upper || !lower || lower.dependsOn?.includes(upper.id)) return false;
  const then = now.with(first, lower).with(first + 1, upper);
  return orderSteps(then).type === 'ordered' || orderSteps(now).type === 'cycle';
}

function edgesOf(step: JsonNode): StepEdges {
  const dependsOn = propertyOf(step, 'depends_on')?.value;
  return {
    id: String(propertyOf(step, 'id')?.value.value ?? ''),
    dependsOn: dependsOn?.type === 'array' ? (dependsOn.children ?? []).map(({ value }) => String(value)) : undefined,
  };
}

function slotsOf({ source: { text }, list, items }: PlacedOperation, index: number): Slots {
  const node = items[index] as JsonNode;
  const before = items[index - 1];
  const gap = before ? before.offset + before.length : list.offset + 1;
  const above = tailFrom(text, gap);
  const free = Math.max(above.breaks ? above.sameLineEnd : gap, (above.comma ?? -1) + 1);
  const from = free + (/^\s*/.exec(text.slice(free))?.[0].length ?? 0);
  const end = node.offset + node.length;
  const tail = tailFrom(text, end);
  const comma = tail.comma !== undefined && (!tail.breaks || tail.comma < tail.sameLineEnd) ? tail.comma : undefined;
  const isAlone = !tail.breaks && index === items.length - 1;
  const bodyEnd = end + text.slice(end, comma ?? (isAlone ? tail.contentEnd : end)).trimEnd().length;
  const behind: Stretch = [comma === undefined ? end : comma + 1, tail.sameLineEnd];
  return {
    body: [node.offset, bodyEnd],
    commented: [from, bodyEnd],
    behind,
    endsLine: tail.breaks,
    beginsLine: above.breaks,
  };
}
