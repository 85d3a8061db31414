import type { Located } from '../model/problem.ts';
import type { PlanParts } from '../read/plan-parts.ts';

/** A path that a plan document names. */
export interface NamedPath {
  readonly key: 'script' | 'rollback';
  readonly path: Located<string>;
}

/** The scripts and rollbacks that a plan names; `"rollback": "none"` names none. */
export function scriptPathsOf(plan: PlanParts): readonly NamedPath[] {
  return plan.operations.flatMap(({ type, script, rollback }) => {
    if (type?.value !== 'migration') return [];
    const named: NamedPath[] = [];
    if (script && script.value.trim() !== '') named.push({ key: 'script', path: script });
    if (rollback && rollback.value.trim() !== '' && rollback.value !== 'none')
      named.push({ key: 'rollback', path: rollback });
    return named;
  });
}

/** What keeps a path from naming a file inside the project, whatever is on disk; undefined for a good path. Source: rule P016. */
export function pathFault(path: string): 'absolute' | 'backslash' | 'escapes' | undefined {
  if (/^[A-Za-z]:/.test(path) || /^[/\\]/.test(path) || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return 'absolute';
  if (path.includes('\\')) return 'backslash';
  let depth = 0;
  for (const segment of path.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    if (depth < 0) return 'escapes';
  }
  return undefined;
}
