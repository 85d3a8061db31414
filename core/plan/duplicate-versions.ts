import type { Problem, Severity } from '../model/problem.ts';
import { compareVersions } from '../read/migration-version.ts';
import { fileProblem } from './named-file.ts';

interface Versioned {
  readonly path: string;
  readonly version: string;
}

/**
 * Versions that more than one migration has, all its files named; `allowed` are the files for which a person lifted the refusal. One file of a
 * version needs no leave. `files` are in the order of their versions. Spec: rulings, "Migration history, twice".
 */
export function duplicateVersions(
  files: readonly Versioned[],
  allowed: ReadonlySet<string>,
  severity: Severity = 'error',
): readonly Problem[] {
  return sameVersions(files).flatMap((group) => {
    const refused = group.filter(({ path }) => !allowed.has(path));
    const last = refused.at(-1);
    if (refused.length < 2 || !last) return [];
    const paths = group.map(({ path }) => path).join(' and ');
    const message = `${paths} have the same version, ${group[0]?.version}. Give one of them a version of its own${severity === 'error' ? `, or allow it with --allow-duplicate "${last.path}=why"` : ''}.`;
    return [fileProblem('DUPLICATE_VERSION', last.path, message, severity)];
  });
}

function sameVersions(files: readonly Versioned[]): readonly (readonly Versioned[])[] {
  const groups: Versioned[][] = [];
  for (const file of files) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group && first && compareVersions(first.version, file.version) === 0) group.push(file);
    else groups.push([file]);
  }
  return groups.filter((group) => group.length > 1);
}
