import type { AppliedMigration } from '../model/migration.ts';
import type { Plan } from '../model/plan.ts';
import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import type { MigrationStanding } from './migration-states.ts';
import { folderOf } from './named-file.ts';

/** The migration with the highest version that a target has of a folder. */
export interface HighestApplied {
  readonly path: string;
  readonly version: string;
}

/** The folder in which a migration's version counts, with its closing `/`: the one that is the plan, else that of the script. */
export function orderedFolder({ kind, file }: Plan['source'], path: string): string {
  if (kind !== 'migrations_folder') return folderOf(path);
  return file === '' || file === '.' ? '' : `${file}/`;
}

/** `folder` ends in `/`; rows of other folders, rollbacks and files without a version do not count. Undefined where there is none. */
export function highestApplied(rows: Iterable<AppliedMigration>, folder: string): HighestApplied | undefined {
  let highest: HighestApplied | undefined;
  for (const { path, status } of rows) {
    if (status === 'rolled_back' || !path.startsWith(folder)) continue;
    const name = migrationName(path);
    if (name.kind !== 'versioned') continue;
    if (!highest || compareVersions(name.version, highest.version) > 0) highest = { path, version: name.version };
  }
  return highest;
}

/** True for a migration that comes too late: the target has a higher version already. Spec: rulings, "Migration history, twice". */
export function isOutOfOrder(path: string, highest: HighestApplied | undefined): highest is HighestApplied {
  const name = migrationName(path);
  return highest !== undefined && name.kind === 'versioned' && compareVersions(name.version, highest.version) < 0;
}

/** True for a migration that a run would begin now, so that its place in the order counts; one that was begun is only gone on with. */
export const wouldBegin = ({ state, row }: Pick<MigrationStanding, 'state' | 'row'>): boolean =>
  state === 'pending' || state === 'rolled_back' || (state === 'failed' && row === undefined);

/** Why a migration that comes too late is refused. */
export const outOfOrderMessage = (path: string, later: HighestApplied): string =>
  `${path} has a lower version than ${later.path}, which the target has already. Give it a higher version, or allow it with --allow-out-of-order "${path}=why".`;
