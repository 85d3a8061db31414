import type { Located } from '../model/problem.ts';
import type { PlanParts } from '../read/plan-parts.ts';

/** A path that a plan document names. */
export interface NamedPath {
  readonly key: 'script' | 'rollback' | 'target' | 'working_directory';
  readonly path: Located<string>;
}

/** The scripts and rollbacks that a plan names; `"rollback": "none"` names none. */
export function scriptPathsOf(plan: PlanParts): readonly NamedPath[] {
  const paths: NamedPath[] = [];
  for (const { type, script, rollback } of plan.operations) {
    if (type?.value !== 'migration') continue;
    if (script && script.value.trim() !== '') paths.push({ key: 'script', path: script });
    if (rollback && rollback.value.trim() !== '' && rollback.value !== 'none')
      paths.push({ key: 'rollback', path: rollback });
  }
  return paths;
}

/** Where the backups of a plan go; placeholders are not expanded yet. */
export const backupPathsOf = (plan: PlanParts): readonly NamedPath[] =>
  plan.operations.flatMap(({ type, destination }) =>
    type?.value === 'backup' && destination && destination.value.trim() !== ''
      ? [{ key: 'target', path: destination }]
      : [],
  );

/** The folders that the commands of a plan run in. */
export const workingDirectoriesOf = (plan: PlanParts): readonly NamedPath[] =>
  plan.operations.flatMap(({ type, workingDirectory }) =>
    type?.value === 'command' && workingDirectory && workingDirectory.value.trim() !== ''
      ? [{ key: 'working_directory', path: workingDirectory }]
      : [],
  );

/** What keeps a path from naming a file inside the project, whatever is on disk; undefined for a good path. Source: rule P016. */
export function pathFault(path: string): 'absolute' | 'backslash' | 'escapes' | undefined {
  if (/^(?:[A-Za-z]:|[/\\]|[A-Za-z][A-Za-z0-9+.-]+:\/\/)/.test(path)) return 'absolute';
  if (path.includes('\\')) return 'backslash';
  if (!path.includes('..')) return undefined;
  let depth = 0;
  for (const segment of path.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    if (depth < 0) return 'escapes';
  }
  return undefined;
}
