import type { Database } from 'sql.js';
import type { Target } from '../../core/index.ts';
import { type Change, inTransaction, rowsOf } from './rows.ts';
import { projectId, writeTarget } from './write-run.ts';

/** What `deployment_targets` holds of a target. */
export type MirroredTarget = Pick<Target, 'id' | 'type' | 'provider' | 'host' | 'region'>;

/**
 * Makes `deployment_targets` say what the deploy config says: one row a target, known by its id. Rows of targets that the config does not have
 * stay only where something was deployed to them. True where anything changed. Spec: orchestration, "Deployment Target Management".
 */
export function mirrorTargets(database: Database, projectName: string, targets: readonly MirroredTarget[]): boolean {
  const before = rowsIn(database);
  inTransaction(database, (change) => {
    const project = projectId(database, projectName);
    removeOthers(change, project, targets);
    for (const target of targets) mirror(change, project, target);
  });
  return rowsIn(database) !== before;
}

const rowsIn = (database: Database): string =>
  JSON.stringify(rowsOf(database, 'SELECT * FROM deployment_targets ORDER BY id'));

function removeOthers(change: Change, project: number, targets: readonly MirroredTarget[]): void {
  const ids = JSON.stringify(targets.map(({ id }) => id));
  change(
    `DELETE FROM deployment_targets WHERE project_id = ? AND target_name NOT IN (SELECT value FROM json_each(?))
       AND target_name NOT IN (SELECT target_name FROM runs WHERE project_id = deployment_targets.project_id
         UNION SELECT target_name FROM migration_attempts WHERE project_id = deployment_targets.project_id)`,
    [project, ids],
  );
}

/** A target without a type is of the table's own, `database`. */
function mirror(change: Change, project: number, { id, type, provider, host, region }: MirroredTarget): void {
  const known = 'SELECT min(id) FROM deployment_targets WHERE project_id = ? AND target_name = ?';
  change(`DELETE FROM deployment_targets WHERE project_id = ? AND target_name = ? AND id <> (${known})`, [
    project,
    id,
    project,
    id,
  ]);
  writeTarget(change, project, id);
  change(
    `UPDATE deployment_targets SET target_type = ?, provider = ?, host = ?, region = ? WHERE project_id = ? AND target_name = ?`,
    [type ?? 'database', provider ?? null, host ?? null, region ?? null, project, id],
  );
}
