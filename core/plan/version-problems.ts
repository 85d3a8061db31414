import type { PlanDocument, StepSource } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import { folderOf } from './named-file.ts';
import { useKey } from './script-uses.ts';

interface Versioned {
  readonly path: string;
  readonly version: string;
  readonly step: Extract<StepSource, { type: 'migration' }>;
}

/**
 * Versions that a document uses twice in one folder. The document names its files on purpose, so that this is a warning; rule P005 tells of those that
 * stand in another order. Spec: rulings, "Migration history, twice".
 */
export function versionProblems(document: PlanDocument): Problem[] {
  const highest = new Map<string, Versioned>();
  const problems: Problem[] = [];
  for (const one of document.steps.flatMap(versioned)) {
    const folder = useKey({ path: folderOf(one.path), connection: one.step.via?.connection });
    const before = highest.get(folder);
    const order = before ? compareVersions(one.version, before.version) : 1;
    if (before && order === 0 && before.path !== one.path) problems.push(duplicate(document.file, one, before));
    if (order > 0) highest.set(folder, one);
  }
  return problems;
}

function versioned(step: StepSource): Versioned[] {
  if (step.type !== 'migration') return [];
  const name = migrationName(step.script.value);
  return name.kind === 'versioned' ? [{ path: step.script.value, version: name.version, step }] : [];
}

const duplicate = (file: string, one: Versioned, before: Versioned): Problem =>
  warning(
    'DUPLICATE_VERSION',
    `${one.path} and ${before.path} have the same version, ${one.version}. Give one of them a version of its own.`,
    file,
    one,
    before,
  );

const warning = (code: string, message: string, file: string, one: Versioned, before: Versioned): Problem => ({
  code,
  severity: 'warning',
  message,
  file,
  range: one.step.script.range,
  related: [{ file, range: before.step.script.range, message: before.path }],
  fixes: [],
});
