import {
  type MigrationOperation,
  type MigrationStanding,
  migrationsOf,
  type OperationId,
  type Plan,
  type Redactor,
  readStoredSql,
  type World,
} from '../core/index.ts';
import type { ScriptDifference } from '../protocol/index.ts';
import { shownScript } from './kept-scripts.ts';
import { scriptDifference } from './script-difference.ts';

interface Showing {
  readonly world: Pick<World, 'files'>;
  readonly redactor: Redactor;
}

/** What was changed in migrations after they were applied, against the SQL that the target has kept of them. Secrets are masked on both sides. */
export async function changedDifferences(
  plan: Plan,
  standings: ReadonlyMap<OperationId, MigrationStanding>,
  showing: Showing,
): Promise<readonly ScriptDifference[]> {
  const changed = migrationsOf(plan).filter(({ id }) => standings.get(id)?.state === 'changed');
  const differences: ScriptDifference[] = [];
  for (const operation of changed) {
    const row = standings.get(operation.id)?.row;
    if (row) differences.push(await appliedDifference(operation, row, showing));
  }
  return differences;
}

/** The difference of one file against what was applied of it. */
export async function appliedDifference(
  { script }: MigrationOperation,
  row: { readonly sql: string },
  { world, redactor }: Showing,
): Promise<ScriptDifference> {
  const read = await world.files.readText(script.path);
  const now = read.type === 'found' ? shownScript(read.text, redactor) : '';
  const applied = shownScript(readStoredSql(row.sql).text, redactor);
  return scriptDifference(script.path, applied, now, 'as applied');
}
