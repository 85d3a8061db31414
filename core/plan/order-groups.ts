import { walkInOrder } from '../base/walk-in-order.ts';
import type { ConfigGroup } from '../model/deploy-group.ts';

/** A group in its place, and the groups that it waits for, in the order of the result. */
export interface OrderedGroup {
  readonly group: ConfigGroup;
  readonly waitsFor: readonly ConfigGroup[];
}

export type GroupOrder =
  | { readonly type: 'ordered'; readonly groups: readonly OrderedGroup[] }
  /** Each waits for the one behind it in the list, the last one for the first. */
  | { readonly type: 'cycle'; readonly path: readonly ConfigGroup[] };

/**
 * Groups in the order that they run in: by `order`, then as the author wrote them, with what a group depends on before it. All of one order
 * wait for all of the order before; names that are not there count for nothing, a rule tells them. Spec: rulings, "Order".
 */
export function orderGroups(groups: readonly ConfigGroup[]): GroupOrder {
  const named = new Map(groups.map((group) => [group.name.value, group]));
  const before = groupsBefore(groups);
  const waits = new Map(
    groups.map((group) => [
      group,
      [...new Set([...(before.get(group.order) ?? []), ...dependencies(group, named)])] as const,
    ]),
  );
  const waitsOf = (group: ConfigGroup) => waits.get(group) ?? [];
  const walk = walkInOrder(
    [...groups].sort((a, b) => a.order - b.order),
    waitsOf,
  );
  if (walk.type === 'cycle') return walk;
  return { type: 'ordered', groups: walk.items.map((group) => ({ group, waitsFor: waitsOf(group) })) };
}

const dependencies = ({ dependsOn }: ConfigGroup, named: ReadonlyMap<string, ConfigGroup>): readonly ConfigGroup[] =>
  dependsOn.flatMap(({ value }) => named.get(value) ?? []);

/** The groups of the order just below, by order: what they waited for is done when they are. */
function groupsBefore(groups: readonly ConfigGroup[]): ReadonlyMap<number, readonly ConfigGroup[]> {
  const orders = [...new Set(groups.map(({ order }) => order))].sort((a, b) => a - b);
  const members = new Map(orders.map((order): [number, ConfigGroup[]] => [order, []]));
  for (const group of groups) members.get(group.order)?.push(group);
  return new Map(orders.map((order, i) => [order, members.get(orders[i - 1] ?? Number.NaN) ?? []]));
}
