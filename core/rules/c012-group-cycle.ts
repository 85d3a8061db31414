import { walkInOrder } from '../base/walk-in-order.ts';
import type { GroupPart } from '../read/config-parts.ts';
import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** Groups that wait for one another, by `depends_on` and by their orders, so that none of them could ever start. */
export const groupCycle: ConfigRule = {
  code: 'C012',
  find({ file, groups }) {
    const path = cycleIn(groups);
    const last = path?.find(({ dependsOn }) =>
      dependsOn.some(({ value }) => path.some(({ name }) => name?.value === value)),
    );
    const range = last?.dependsOn.find(({ value }) => path?.some(({ name }) => name?.value === value))?.range;
    if (!path || !range) return [];
    const names = [...path, path[0]].map((group) => group?.name?.value ?? '').join(' → ');
    const message = `These groups wait for one another: ${names}. Remove one of the edges; a group also waits for all groups of a lower "order".`;
    return [problemAt({ file, range }, 'C012', message)];
  },
};

/** The first circle, each group waiting for the one behind it; undefined where there is none. */
function cycleIn(groups: readonly GroupPart[]): readonly GroupPart[] | undefined {
  const named = new Map(groups.flatMap((group) => (group.name ? [[group.name.value, group] as const] : [])));
  // Only where somebody of a lower order depends on something can its order be part of a circle.
  const depending = groups.filter(({ dependsOn }) => dependsOn.length > 0);
  const waitsFor = (group: GroupPart) => [
    ...group.dependsOn.flatMap(({ value }) => named.get(value) ?? []),
    ...depending.filter(({ order }) => order < group.order),
  ];
  const walk = walkInOrder(groups, waitsFor);
  return walk.type === 'cycle' ? walk.path : undefined;
}
