import type { DeployConfig } from '../model/deploy-config.ts';
import { type TargetId, targetId } from '../model/ids.ts';
import type { MigrationPlace, PlanDocument, StepSource } from '../model/plan-document.ts';
import type { Located } from '../model/problem.ts';
import type { MigrationFile } from './migration-files.ts';
import { baseName } from './named-file.ts';

/**
 * The migrations of a folder in the form of a plan document, so that both are compiled by the same hands. Nothing of it was written by an
 * author: its places are all the beginning of the folder. Whether approvals are needed is the target's to say.
 */
export function folderDocument(
  folder: string,
  files: readonly MigrationFile[],
  config: DeployConfig | undefined,
  target: TargetId | undefined,
  via?: MigrationPlace,
): PlanDocument {
  const ids = operationIds(folder, files);
  const configured = target === undefined ? undefined : config?.targets.get(target)?.value;
  return {
    file: folder,
    version: '1.0',
    planId: nowhere(folder),
    name: `Migrations in ${folder === '.' ? 'the project' : folder}`,
    targetEnv: {
      // No target has this id, so that the config's is the only one there can be.
      id: nowhere(targetId('')),
      name: '',
      backend: nowhere('sqlite'),
      connectionRef: nowhere(''),
    },
    createdAt: '',
    createdBy: '',
    approvalRequired: configured?.approvalsAsked ?? false,
    preChecks: [],
    steps: files.map((file, i) => stepOf(file, ids[i] ?? file.path, via)),
    postChecks: [],
  };
}

function stepOf(file: MigrationFile, id: string, via: MigrationPlace | undefined): StepSource {
  return {
    place: nowhere(undefined),
    id: nowhere(id),
    name: titleOf(file),
    timeoutSec: undefined,
    retry: undefined,
    type: 'migration',
    script: nowhere(file.path),
    rollback: file.rollback === undefined ? undefined : nowhere(file.rollback),
    ...(via && { via }),
  };
}

/** The name below the folder, without its ending: stable whatever else is in the folder. */
function operationIds(folder: string, files: readonly MigrationFile[]): readonly string[] {
  const taken = new Set<string>();
  return files.map(({ path }) => {
    const name = folder !== '.' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
    const short = name.replace(/\.sql$/i, '');
    const id = taken.has(short) ? name : short;
    taken.add(id);
    return id;
  });
}

/** `V0003__add_orders.sql` → `Add orders`. */
export function titleOf({ path, description }: MigrationFile): string {
  const words = description.replace(/[_\s]+/g, ' ').trim();
  return words === '' ? baseName(path) : words.charAt(0).toUpperCase() + words.slice(1);
}

const start = { line: 1, column: 1 };
const nowhere = <T>(value: T): Located<T> => ({ value, range: { start, end: start } });
