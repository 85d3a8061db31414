import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import { duplicateVersions } from './duplicate-versions.ts';
import { type Leaves, leaves } from './leaves.ts';
import { folderOf } from './named-file.ts';
import type { Lifted } from './plan-shape.ts';

/**
 * What a person lifts for migrations of a config, with the versions that are used twice in one folder and stay refused.
 * Spec: rulings, "Migration history, twice".
 */
export function configLeaves({ steps }: PlanDocument, lifted: Lifted): Leaves {
  const files = steps.flatMap((step) => (step.type === 'migration' ? [{ path: step.script.value }] : []));
  const found = leaves(files, lifted);
  return { ...found, problems: [...found.problems, ...usedTwice(files, new Set(found.duplicates.keys()))] };
}

/** Versions count in their own folder, and a file once, whoever applies it. */
function usedTwice(files: readonly { readonly path: string }[], allowed: ReadonlySet<string>): readonly Problem[] {
  const folders = new Map<string, { path: string; version: string }[]>();
  for (const path of new Set(files.map((file) => file.path))) {
    const name = migrationName(path);
    if (name.kind !== 'versioned') continue;
    const folder = folderOf(path);
    folders.set(folder, [...(folders.get(folder) ?? []), { path, version: name.version }]);
  }
  return [...folders.values()].flatMap((some) =>
    duplicateVersions(
      some.sort((a, b) => compareVersions(a.version, b.version)),
      allowed,
    ),
  );
}
