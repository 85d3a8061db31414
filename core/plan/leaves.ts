import type { MigrationOperation, Operation } from '../model/operation.ts';
import type { Problem } from '../model/problem.ts';
import { findMigration } from './find-migration.ts';
import type { Leave, Lifted, PlanShape } from './plan-shape.ts';

const [lateWords, twiceWords] = ['out of order: ', 'duplicate version: '] as const;

/** The refusals that were lifted, by the path of the file, each with its reason. */
export interface Leaves {
  readonly outOfOrder: ReadonlyMap<string, string>;
  readonly duplicates: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Whose refusals a person lifts; a file that is not there is told. */
export function leaves(files: readonly { readonly path: string }[], shape: PlanShape): Leaves {
  const paths = files.map(({ path }) => path);
  const problems: Problem[] = [];
  const byPath = (given: readonly Leave[] = []) =>
    new Map(
      given.flatMap(({ file, reason }): [string, string][] => {
        const found = findMigration(file, paths);
        if (found.type === 'found') return [[found.value, reason]];
        problems.push(found.problem);
        return [];
      }),
    );
  return { outOfOrder: byPath(shape.outOfOrder), duplicates: byPath(shape.duplicates), problems };
}

/** The operation with what was lifted for its file: the reason stands in the plan of the run and in the target's history. */
export function withLeave(operation: Operation, { outOfOrder, duplicates }: Leaves): Operation {
  if (operation.type !== 'migration') return operation;
  const late = outOfOrder.get(operation.script.path);
  const twice = duplicates.get(operation.script.path);
  if (late === undefined && twice === undefined) return operation;
  const reasons = [
    ...(late === undefined ? [] : [`${lateWords}${late}`]),
    ...(twice === undefined ? [] : [`${twiceWords}${twice}`]),
  ];
  const allows: NonNullable<MigrationOperation['allows']> = [
    ...(late === undefined ? [] : ['out_of_order' as const]),
    ...(twice === undefined ? [] : ['duplicate_version' as const]),
  ];
  return { ...operation, reason: reasons.join('; '), allows };
}

/** What was lifted in a plan that was made: with it, the same plan is made again. */
export function leavesIn(operations: readonly Operation[]): Required<Lifted> {
  const outOfOrder: Leave[] = [];
  const duplicates: Leave[] = [];
  for (const one of operations) {
    if (one.type !== 'migration' || !one.allows) continue;
    const { reason = '', allows } = one;
    const file = one.script.path;
    const isBoth = allows.length > 1;
    const end = isBoth ? reason.indexOf(`; ${twiceWords}`) : reason.length;
    if (allows.includes('out_of_order')) outOfOrder.push({ file, reason: reason.slice(lateWords.length, end) });
    if (allows.includes('duplicate_version'))
      duplicates.push({ file, reason: reason.slice(twiceWords.length + (isBoth ? end + 2 : 0)) });
  }
  return { outOfOrder, duplicates };
}
