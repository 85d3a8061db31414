import type { MigrationOperation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { type Knowledge, type MigrationStanding, migrationsOf, type standingsByOperation } from './migration-states.ts';
import { fileProblem } from './named-file.ts';
import {
  type HighestApplied,
  highestApplied,
  isOutOfOrder,
  orderedFolder,
  outOfOrderMessage,
  wouldBegin,
} from './out-of-order.ts';
import { useKey } from './script-uses.ts';

/**
 * What the target's own history says against a run of the plan, told before it starts: applied migrations whose statements were changed, and
 * migrations that come too late. A plan document names its files on purpose, so that the latter is a warning in it.
 */
export function standingProblems(
  plan: Plan,
  standings: ReturnType<typeof standingsByOperation>,
  rowsOn: Knowledge['rowsOn'],
): readonly Problem[] {
  const latest = latestOf(plan, rowsOn);
  return migrationsOf(plan).flatMap((operation) => {
    const standing = standings.get(operation.id);
    if (!standing) return [];
    return [...changeProblem(operation, standing), ...orderProblem(operation, standing, plan, latest(operation))];
  });
}

function changeProblem(
  { script: { path } }: MigrationOperation,
  { state, row, note, isUnclear }: MigrationStanding,
): Problem[] {
  if (isUnclear) {
    const message = `${path} may have been applied under another name: ${note}. Give it its old name back, or record the one that it became with: srdeploy migration mark-applied`;
    return [fileProblem('MIGRATION_RENAME_UNCLEAR', path, message)];
  }
  if (state === 'changed') {
    const message = `${path} was applied to this target with other statements. Write a new migration for the difference, or accept the file as it is with: srdeploy migration repair`;
    return [fileProblem('MIGRATION_CHANGED', path, message)];
  }
  if (state !== 'renamed') return [];
  return [
    fileProblem(
      'MIGRATION_RENAMED',
      path,
      `${path} was applied as ${row?.path}; its row will be moved.`,
      'information',
    ),
  ];
}

function orderProblem(
  { script: { path }, allows }: MigrationOperation,
  standing: MigrationStanding,
  { source }: Plan,
  highest: HighestApplied | undefined,
): Problem[] {
  if (!wouldBegin(standing) || !isOutOfOrder(path, highest)) return [];
  if (source.kind === 'plan_document') {
    const message = `${path} has a lower version than ${highest.path}, which the target has already.`;
    return [fileProblem('OUT_OF_ORDER', path, message, 'warning')];
  }
  if (allows?.includes('out_of_order')) {
    const message = `${path} comes after ${highest.path}, which has a higher version; this was allowed.`;
    return [fileProblem('OUT_OF_ORDER', path, message, 'information')];
  }
  return [fileProblem('OUT_OF_ORDER', path, outOfOrderMessage(path, highest))];
}

/** The highest version that the target has beside a migration: in the plan's folder, or for a document in the folder of the script. */
function latestOf(
  { source }: Plan,
  rowsOn: Knowledge['rowsOn'],
): (operation: MigrationOperation) => HighestApplied | undefined {
  const known = new Map<string, HighestApplied | undefined>();
  return ({ script: { path }, connection }) => {
    const folder = orderedFolder(source, path);
    const key = useKey({ path: folder, connection });
    if (!known.has(key)) known.set(key, highestApplied(rowsOn(connection) ?? [], folder));
    return known.get(key);
  };
}
