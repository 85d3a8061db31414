import type { AppliedMigration, MigrationState } from '../model/migration.ts';
import { migrationName } from './migration-name.ts';
import { compareVersions } from './migration-version.ts';
import { folderOf } from './named-file.ts';

/**
 * The applied migration that a pending one comes too late for: the highest version that the target has in the same folder, where that is higher
 * than the file's own; undefined where it is in order. `folder` ends in `/`. Spec: rulings, "Migration history, twice".
 */
export function laterApplied(
  path: string,
  rows: Iterable<AppliedMigration>,
  folder: string = folderOf(path),
): AppliedMigration | undefined {
  const own = migrationName(path);
  if (own.kind !== 'versioned') return undefined;
  let highest: { readonly row: AppliedMigration; readonly version: string } | undefined;
  for (const row of rows) {
    const name = migrationName(row.path);
    if (row.status === 'rolled_back' || row.path === path || name.kind !== 'versioned') continue;
    if (!row.path.startsWith(folder) || compareVersions(name.version, own.version) <= 0) continue;
    if (!highest || compareVersions(name.version, highest.version) > 0) highest = { row, version: name.version };
  }
  return highest?.row;
}

/** True for a migration that a run would begin now, so that its place in the order counts; one that was begun is only gone on with. */
export const wouldBegin = ({
  state,
  row,
}: {
  readonly state: MigrationState;
  readonly row: AppliedMigration | undefined;
}): boolean => state === 'pending' || state === 'rolled_back' || (state === 'failed' && row === undefined);

/** Why a migration that comes too late is refused. */
export const outOfOrderMessage = (path: string, later: Pick<AppliedMigration, 'path'>): string =>
  `${path} has a lower version than ${later.path}, which the target has already. Give it a higher version, or allow it with --allow-out-of-order "${path}=why".`;
