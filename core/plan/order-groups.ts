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
  const waits = (group: ConfigGroup): readonly ConfigGroup[] => [
    ...new Set([...(before.get(group.order) ?? []), ...group.dependsOn.flatMap(({ value }) => named.get(value) ?? [])]),
  ];
  const sorted = [...groups].sort((a, b) => a.order - b.order);
  const ordered: OrderedGroup[] = [];
  const state = new Map<ConfigGroup, 'open' | 'done'>();
  // Kept by hand, so that a chain of any length does not exhaust the stack of calls.
  const open: { readonly group: ConfigGroup; readonly waitsFor: readonly ConfigGroup[]; next: number }[] = [];
  const begin = (group: ConfigGroup) => {
    state.set(group, 'open');
    open.push({ group, waitsFor: waits(group), next: 0 });
  };
  for (const first of sorted) {
    if (!state.has(first)) begin(first);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const wanted = top.waitsFor[top.next++];
      if (wanted === undefined) {
        ordered.push({ group: top.group, waitsFor: top.waitsFor });
        state.set(top.group, 'done');
        open.pop();
      } else if (state.get(wanted) === 'open') {
        const from = open.findIndex(({ group }) => group === wanted);
        return { type: 'cycle', path: open.slice(from).map(({ group }) => group) };
      } else if (!state.has(wanted)) begin(wanted);
    }
  }
  return { type: 'ordered', groups: ordered };
}

/** The groups of the order just below, by order: what they waited for is done when they are. */
function groupsBefore(groups: readonly ConfigGroup[]): ReadonlyMap<number, readonly ConfigGroup[]> {
  const orders = [...new Set(groups.map(({ order }) => order))].sort((a, b) => a - b);
  const members = new Map(orders.map((order): [number, ConfigGroup[]] => [order, []]));
  for (const group of groups) members.get(group.order)?.push(group);
  return new Map(orders.map((order, i) => [order, members.get(orders[i - 1] ?? Number.NaN) ?? []]));
}
