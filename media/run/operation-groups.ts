import { type OperationStatus, type OperationView, phaseWords, type RunView } from '../../protocol/index.ts';

/** Operations under one heading. */
export type OperationGroup =
  | { readonly type: 'phase'; readonly title: string; readonly operations: readonly OperationView[] }
  | { readonly type: 'group'; readonly title: string; readonly operations: readonly OperationView[] };

/** A run's operations by the groups of its deploy config where it has several of them, else by phase. */
export function operationGroups(
  run: RunView,
  groups: Readonly<Record<string, string>> | undefined,
): readonly OperationGroup[] {
  const groupOf = new Set(Object.values(groups ?? {})).size > 1 ? new Map(Object.entries(groups ?? {})) : new Map();
  const found = new Map<string, { type: OperationGroup['type']; title: string; operations: OperationView[] }>();
  for (const operation of inPhases(run)) {
    const group = groupOf.get(operation.id);
    const type = group === undefined ? 'phase' : 'group';
    const title = group === undefined ? phaseWords[operation.phase] : `Group ${group}`;
    const known = found.get(`${type} ${title}`);
    if (known) known.operations.push(operation);
    else found.set(`${type} ${title}`, { type, title, operations: [operation] });
  }
  return [...found.values()];
}

const inPhases = (run: RunView): readonly OperationView[] =>
  (['pre_check', 'step', 'post_check'] as const).flatMap((phase) =>
    run.operations.filter((operation) => operation.phase === phase),
  );

/** What a person must know first stands first. */
const gravest: readonly OperationStatus[] = ['failed', 'unknown', 'waiting', 'running', 'cancelled', 'pending'];
const done: readonly OperationStatus[] = ['succeeded', 'skipped', 'nothing-to-do'];

/** How a group stands as a whole. */
export const groupStatus = (operations: readonly OperationView[]): OperationStatus =>
  [...gravest, ...done].find((status) => operations.some((operation) => operation.status === status)) ?? 'pending';

/** "2 of 5 done" */
export const groupCount = (operations: readonly OperationView[]): string =>
  `${operations.filter(({ status }) => done.includes(status)).length} of ${operations.length} done`;
