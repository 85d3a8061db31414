import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { normalPath } from './compile-operations.ts';
import { findVersion } from './find-migration.ts';

/**
 * A plan document without the steps behind the last migration of a version; its checks stay, since they say what must hold. Refused where no
 * migration has the version.
 */
export function cutDocument(
  document: PlanDocument,
  to: string,
): { readonly document: PlanDocument; readonly problems: readonly Problem[] } {
  const migrations = document.steps.flatMap((step, index) =>
    step.type === 'migration' ? [{ path: normalPath(step.script.value), index }] : [],
  );
  const found = findVersion(
    to,
    migrations.map(({ path }) => path),
  );
  if (found.type === 'refused') return { document, problems: [found.problem] };
  const last = migrations[found.value]?.index ?? -1;
  return { document: { ...document, steps: document.steps.slice(0, last + 1) }, problems: [] };
}
